import { format, type SqlSchema } from "../sql-schema.ts";

/** https://laravel.com/docs/12.x/authentication, https://laravel.com/docs/12.x/hashing */
export const laravel: SqlSchema = {
  name: "laravel",
  title: "Laravel's users",
  on: ["postgres", "mysql", "mssql"],
  userNames: ["email", "alias"],
  read: (sql) => ({
    notes: ["With soft deletes: add `where deleted_at is null`, and make each `where` below an `and`."],
    select: "select id, name, email, email_verified_at, password from users",
    find: { byEmail: sql.folded("email"), byId: sql.asText("id") },
    user: `id: row.id,
username: row.email,
// Laravel itself has no column for it: take yours, if your app keeps people out.
enabled: true,
attributes: {
  email: row.email,
  // Only written where the model is a MustVerifyEmail.
  email_verified: row.email_verified_at !== null,
  name: row.name,
},
password: { encoded: row.password },`,
    passwordNotes: ["The drivers of config/hashing.php: bcrypt is the default, argon2 takes argon and argon2id."],
    formats: [format("bcrypt", "bcrypt()"), format("argon2", "argon2()")],
  }),
};
