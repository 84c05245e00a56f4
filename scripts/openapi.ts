// Writes docs/openapi.json, the description of the import API. Run by `npm run lists`.
import { writeFileSync } from "node:fs";
import { stdout } from "node:process";
import { openApiDocument } from "../lib/import-api/openapi.ts";

/** What docs/openapi.json must hold. */
export const openApiText = (): string => `${JSON.stringify(openApiDocument(), undefined, 2)}\n`;

if (import.meta.main) {
  writeFileSync(new URL("../docs/openapi.json", import.meta.url), openApiText());
  stdout.write("docs/openapi.json written\n");
}
