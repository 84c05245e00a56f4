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
  // Without the ending: `bcrypt` comes before `bcrypt-tagged`, as biome sorts imports.
  const imports = new Map([
    ["config/define-migration", "defineMigration"],
    ...(namesSecret.test(text) ? ([["config/secret", "secret"]] as const) : []),
    ...formats.map((one) => [`hashes/${one.file}`, calleeOf(one.call)] as const),
    [`sources/${source}`, calleeOf(call)],
  ]);
  const lines = [...imports]
    .sort()
    .map(([file, name]) => `import { ${name} } from ${JSON.stringify(`./lib/${file}.ts`)};`);
  return `${header(about)}\n${lines.join("\n")}\n\n${text}\n`;
}

/** A secret outside of comments. */
const namesSecret = /^(?!\s*\/\/).*\bsecret\(/m;

function calleeOf(call: string): string {
  return call.slice(0, call.indexOf("("));
}

function header(about: string): string {
  return `// Your migration: ${about}.
// What this file imports is what the functions carry. docs/config.md lists every setting.
//
//   npm run samekey -- try        asks your legacy store for one user and checks one password
//   npm start -- --mine           runs this config against a user pool on this machine`;
}

/** Lines of the text two columns further in, also within a template: there it is SQL. */
export function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
