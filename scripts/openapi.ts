// Writes docs/openapi.json, the description of the import API, or says with --check that it is stale. Run by
// `npm run lists`.
import { readFileSync, writeFileSync } from "node:fs";
import { argv, exit, stderr, stdout } from "node:process";
import { openApiDocument } from "../lib/import-api/openapi.ts";

const file = new URL("../docs/openapi.json", import.meta.url);

/** What docs/openapi.json must hold. */
export const openApiText = (): string => `${JSON.stringify(openApiDocument(), undefined, 2)}\n`;

if (import.meta.main && readFileSync(file, "utf8") !== openApiText()) {
  if (argv.includes("--check")) {
    stderr.write("docs/openapi.json is stale; run `npm run lists`\n");
    exit(1);
  }
  writeFileSync(file, openApiText());
  stdout.write("docs/openapi.json written\n");
}
