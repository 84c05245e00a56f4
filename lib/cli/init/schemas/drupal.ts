import { format, type SqlSchema } from "../sql-schema.ts";

/** https://www.drupal.org/docs/drupal-apis/entity-api, https://www.drupal.org/node/3322420 (PHP's own hashes since 10.1) */
export const drupal: SqlSchema = {
  name: "drupal",
  title: "the users of Drupal 8 and later (users_field_data)",
  on: ["mysql", "postgres"],
  userNames: ["username", "email", "alias"],
  read: (sql) => ({
    notes: ["One row for each translation of a user: the default one is taken."],
    select: `select uid, name, mail, pass, status
from users_field_data
where default_langcode = 1 and uid > 0`,
    find: { byEmail: sql.folded("mail"), byUsername: sql.folded("name"), byId: sql.asText("uid") },
    user: `id: row.uid,
username: row.name,
// 0 is blocked, also before the first sign-in where an administrator has to approve.
enabled: row.status === 1,
attributes: {
  email: row.mail,
  // Drupal does not record whether an address was proved.
  email_verified: false,
},
password: { encoded: row.pass },`,
    passwordNotes: [
      "bcrypt since Drupal 10.1, drupal7 before, phpass for users of Drupal 6, argon2 where a site chose it.",
    ],
    formats: [
      format("bcrypt", "bcrypt()"),
      format("drupal7", "drupal7()"),
      format("phpass", "phpass()"),
      format("argon2", "argon2()"),
    ],
  }),
};
