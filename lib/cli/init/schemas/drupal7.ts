import { format, type SqlSchema } from "../sql-schema.ts";

/** https://api.drupal.org/api/drupal/modules!user!user.install/function/user_schema/7.x */
export const drupal7: SqlSchema = {
  name: "drupal7",
  title: "Drupal 7's users",
  on: ["mysql", "postgres"],
  userNames: ["username", "email", "alias"],
  read: (sql) => ({
    select: `select uid, name, mail, pass, status
from users
where uid > 0`,
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
password: { encoded: row.pass || undefined },`,
    passwordNotes: ["phpass takes what was carried over from Drupal 6 or an older phpass."],
    formats: [format("drupal7", "drupal7()"), format("phpass", "phpass()")],
  }),
};
