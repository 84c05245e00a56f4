import { fileURLToPath } from "node:url";

/** The folder of the clone: where functions/ and migration.config.ts are. */
export const root = fileURLToPath(new URL("../..", import.meta.url));
