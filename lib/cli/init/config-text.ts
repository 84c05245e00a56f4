import { camelCase } from "../hash/registry.ts";
import type { ConfigParts } from "./config-parts.ts";

/** The text of a migration.config.ts, as biome formats it. */
export function configText({ about, source, declarations, call, passwords, userNames }: ConfigParts): string {
  const formats = passwords?.formats ?? [];
  const settings = [
    "sources: [",
    indented(`${call},`),
    "],",
    ...(passwords?.notes ?? []).map((note) => `// ${note}`),
    ...(formats.length === 0 ? [] : [`passwords: [${formats.map((one) => one.call).join(", ")}],`]),
    '// How the user pool names its users: "email", "phone", "username" or "alias".',
    `userNames: ${JSON.stringify(userNames)},`,
  ].join("\n");
  const text = [
    ...(declarations === undefined ? [] : [declarations, ""]),
    "export default defineMigration({",
    indented(settings),
    "});",
  ].join("\n");
  const files = [
    "config/define-migration",
    ...(text.includes("secret(") ? ["config/secret"] : []),
    ...formats.map(({ file }) => `hashes/${file}`),
    `sources/${source}`,
  ].map((file) => `./lib/${file}.ts`);
  return `${header(about)}\n${files.sort().map(importLine).join("\n")}\n\n${text}\n`;
}

function header(about: string): string {
  return `// Your migration: ${about}.
// What this file imports is what the functions carry. docs/config.md lists every setting.
//
//   npm run samekey -- try        asks your legacy store for one user and checks one password
//   npm start -- --mine           runs this config against a user pool on this machine`;
}

function importLine(path: string): string {
  const member = path.slice(path.lastIndexOf("/") + 1, -".ts".length);
  return `import { ${camelCase(member)} } from "${path}";`;
}

/** Lines of the text two columns further in, also within a template: there it is SQL. */
export function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
