import { format, type SqlSchema } from "../sql-schema.ts";

/** One table that nobody else's code made: the default of migration.config.ts. */
export const plain: SqlSchema = {
  name: "plain",
  title: "a table of users",
  on: ["postgres", "mysql", "mssql"],
  userNames: ["email", "alias"],
  read: (sql) => ({
    select: "select id, email, email_confirmed, password_hash, disabled from users",
    find: { byEmail: sql.folded("email"), byId: sql.asText("id") },
    user: `id: row.id,
username: row.email,
enabled: ${sql.isFalse("disabled")},
attributes: { email: row.email, email_verified: ${sql.isTrue("email_confirmed")} },
password: { encoded: row.password_hash },`,
    passwordNotes: ["Yours are stored otherwise? npm run samekey -- hash identify says how."],
    formats: [format("bcrypt", "bcrypt()")],
  }),
};
