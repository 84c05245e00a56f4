import { format, type SqlSchema } from "../sql-schema.ts";

/** https://docs.djangoproject.com/en/5.2/ref/contrib/auth/, https://docs.djangoproject.com/en/5.2/topics/auth/passwords/ */
export const django: SqlSchema = {
  name: "django",
  title: "Django's users (auth_user)",
  on: ["postgres", "mysql", "mssql"],
  userNames: ["username", "email", "alias"],
  read: (sql) => ({
    notes: ["A user model of your own (AUTH_USER_MODEL) has another table, and may lack some of these columns."],
    select: "select id, username, email, password, is_active, first_name, last_name from auth_user",
    find: { byEmail: sql.folded("email"), byUsername: sql.folded("username"), byId: sql.asText("id") },
    user: `id: row.id,
username: row.username,
enabled: ${sql.isTrue("is_active")},
attributes: {
  email: row.email,
  // Django does not record whether an address was proved; django-allauth does: account_emailaddress.verified.
  email_verified: false,
  given_name: row.first_name,
  family_name: row.last_name,
},
password: { encoded: row.password },`,
    passwordNotes: [
      "What PASSWORD_HASHERS of the settings may have written; the first is Django's default. Drop what yours never had.",
    ],
    formats: [
      format("pbkdf2", "pbkdf2()"),
      format("argon2", "argon2()"),
      format("bcrypt-tagged", "bcryptTagged()"),
      format("bcrypt", "bcrypt()"),
      format("scrypt", "scrypt()"),
      format("dollar-digest", "dollarDigest()"),
    ],
  }),
};
