import { defineConfig } from "vitest/config";
import { mutationGroups } from "./groups.ts";

const conditions = ["samekey-demo"];
const group = mutationGroups[process.env.SAMEKEY_MUTATION_GROUP ?? ""];
if (group === undefined) throw new Error("SAMEKEY_MUTATION_GROUP names no group: npm run mutation sets it");

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { environment: "node", include: [...group.tests], testTimeout: 20_000, hookTimeout: 60_000 },
});
