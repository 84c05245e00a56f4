import { format, type SqlSchema } from "../sql-schema.ts";

/** https://codex.wordpress.org/Database_Description, https://make.wordpress.org/core/2025/02/17/wordpress-6-8-will-use-bcrypt-for-password-hashing/ */
export const wordpress: SqlSchema = {
  name: "wordpress",
  title: "WordPress's users (wp_users, wp_usermeta)",
  on: ["mysql"],
  userNames: ["alias", "username", "email"],
  read: (sql) => ({
    notes: ["The prefix wp_ is $table_prefix of wp-config.php. A multisite keeps out by spam and deleted: add them."],
    select: `select ID as id, user_login, user_email, user_pass, user_status, display_name,
  (select max(meta_value) from wp_usermeta where user_id = ID and meta_key = 'first_name') as first_name,
  (select max(meta_value) from wp_usermeta where user_id = ID and meta_key = 'last_name') as last_name
from wp_users`,
    find: { byEmail: sql.folded("user_email"), byUsername: sql.folded("user_login"), byId: sql.asText("ID") },
    user: `id: row.id,
username: row.user_login,
// WordPress itself leaves it at 0; BuddyPress marks spammers and unfinished sign-ups in it.
enabled: row.user_status === 0,
attributes: {
  email: row.user_email,
  // WordPress does not record whether an address was proved.
  email_verified: false,
  name: row.display_name,
  given_name: row.first_name,
  family_name: row.last_name,
},
password: { encoded: row.user_pass },`,
    passwordNotes: [
      "WordPress 6.8 and later, before 6.8, plugins for bcrypt; the last takes MD5, set by hand or very old.",
    ],
    formats: [
      format("bcrypt-tagged", "bcryptTagged()"),
      format("phpass", "phpass()"),
      format("bcrypt", "bcrypt()"),
      format("digest", 'digest({ expression: "md5($pass)" })'),
    ],
  }),
};
