import { aVector, type FrameworkTables, type Hashed } from "../framework-tables.ts";

const hashes: readonly (readonly [string, Hashed, number])[] = [
  ["WordPress 6.8", aVector("bcrypt-tagged", "wordpress-bcrypt"), 0],
  ["before WordPress 6.8", aVector("phpass", "phpass", "$P$"), 0],
  ["a plugin for bcrypt", aVector("bcrypt", "bcrypt", "$2y$05$"), 0],
  ["MD5, set by hand", aVector("digest", "raw-md5"), 0],
  ["a spammer, as BuddyPress marks him", aVector("phpass", "phpass", "$P$"), 1],
];

// WordPress 6.8: wp_get_db_schema() of wp-admin/includes/schema.php, on a single site.
// https://developer.wordpress.org/reference/functions/wp_get_db_schema/
export const wordpress: FrameworkTables = {
  schema: "wordpress",
  ddl: {
    mysql: `create table wp_users (ID bigint(20) unsigned not null auto_increment,
      user_login varchar(60) not null default '', user_pass varchar(255) not null default '',
      user_nicename varchar(50) not null default '', user_email varchar(100) not null default '',
      user_url varchar(100) not null default '', user_registered datetime not null default '0000-00-00 00:00:00',
      user_activation_key varchar(255) not null default '', user_status int(11) not null default '0',
      display_name varchar(250) not null default '', primary key (ID), key user_login_key (user_login),
      key user_nicename (user_nicename), key user_email (user_email))
      default character set utf8mb4 collate utf8mb4_unicode_520_ci;
      create table wp_usermeta (umeta_id bigint(20) unsigned not null auto_increment,
      user_id bigint(20) unsigned not null default '0', meta_key varchar(255) default null, meta_value longtext,
      primary key (umeta_id), key user_id (user_id), key meta_key (meta_key(191)))
      default character set utf8mb4 collate utf8mb4_unicode_520_ci`,
  },
  people: () =>
    hashes.map(([title, hashed, status], index) => {
      const id = index + 1;
      const [login, email] = [`Ann${id}`, `Ann${id}@example.org`];
      const user = { ID: id, user_login: login, user_pass: hashed.encoded, user_email: email, display_name: "Ann L." };
      const meta = (meta_key: string, meta_value: string) => ({
        table: "wp_usermeta",
        cells: { user_id: id, meta_key, meta_value },
      });
      return {
        title,
        hashed,
        rows: [
          { table: "wp_users", cells: { ...user, user_status: status } },
          meta("first_name", "Ann"),
          meta("last_name", "Lee"),
          meta("wp_capabilities", 'a:1:{s:10:"subscriber";b:1;}'),
        ],
        lookups: [
          { by: "username", text: login.toLowerCase() },
          { by: "email", text: email.toLowerCase() },
        ],
        expected: {
          id: String(id),
          username: login,
          enabled: status === 0,
          attributes: { email, email_verified: "false", name: "Ann L.", given_name: "Ann", family_name: "Lee" },
        },
      };
    }),
};
