import { format, type SqlSchema } from "../sql-schema.ts";

/** https://github.com/heartcombo/devise: database_authenticatable, confirmable, lockable. */
export const devise: SqlSchema = {
  name: "devise",
  title: "Devise's users (Rails)",
  on: ["postgres", "mysql"],
  userNames: ["email", "alias"],
  read: (sql) => ({
    notes: [
      "Without :confirmable there is no confirmed_at: drop it, and say `email_verified: false`.",
      "Without :lockable there is no locked_at: drop it as well. A lock of failed attempts keeps a user out here too.",
    ],
    select: "select id, email, encrypted_password, confirmed_at, locked_at from users",
    find: { byEmail: sql.folded("email"), byId: sql.asText("id") },
    user: `id: row.id,
username: row.email,
// Devise lets nobody in before the address is confirmed, unless allow_unconfirmed_access_for says otherwise.
enabled: row.confirmed_at !== null && row.locked_at === null,
attributes: { email: row.email, email_verified: row.confirmed_at !== null },
// Empty for users who came by OmniAuth alone.
password: { encoded: row.encrypted_password || undefined },`,
    passwordNotes: [
      "With config.pepper in config/initializers/devise.rb it is bcryptWrapped, of lib/hashes/bcrypt-wrapped.ts:",
      'bcryptWrapped({ after: secret("samekey/pepper") })',
    ],
    formats: [format("bcrypt", "bcrypt()")],
  }),
};
