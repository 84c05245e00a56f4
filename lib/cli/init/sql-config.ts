import type { UserNames } from "../../core/platform-name.ts";
import type { ConfigParts } from "./config-parts.ts";
import { indented } from "./config-text.ts";
import type { SqlReading, SqlSchema } from "./sql-schema.ts";
import type { SqlWriter } from "./sql-writer.ts";

/** The config of a schema in one database. */
export function sqlConfig(schema: SqlSchema, sql: SqlWriter, userNames: UserNames): ConfigParts {
  const reading = schema.read(sql);
  const { notes = [], select, exact = false, passwordNotes = [], formats } = reading;
  return {
    about: `${schema.title}, in ${sql.title}`,
    source: sql.source,
    declarations: [...notes.map((note) => `// ${note}`), `const users = ${literal(select)};`].join("\n"),
    call: `${sql.source}({
  // A secret in AWS Secrets Manager: ${sql.address}, or what Amazon RDS keeps there.
  connection: secret("samekey/legacy-database"),
  // Amazon RDS: its certificates are on every Lambda function of this runtime.
  // tls: { caFile: "/var/runtime/ca-cert.pem" },${exact ? "" : `\n  // ${sql.findNote}`}
  find: {
${indented(indented(finders(reading)))}
  },
  user: (row) => ({
${indented(indented(reading.user))}
  }),
})`,
    passwords: { notes: passwordNotes, formats },
    userNames,
  };
}

function finders({ select, find }: SqlReading): string {
  const joint = /^where\b/m.test(select) ? "and" : "where";
  const lines = Object.entries(find).map(([name, condition]) => `${name}: \`\${users} ${joint} ${condition}\`,`);
  return lines.join("\n");
}

/** A statement as a person writes it: a text where it fits into a line, else a template. */
function literal(select: string): string {
  if (!select.includes("\n") && !select.includes('"') && select.length < 100) return JSON.stringify(select);
  return `\`\n${indented(select)}\``;
}
