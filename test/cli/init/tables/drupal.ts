import { aVector, type FrameworkTables, type Hashed } from "../framework-tables.ts";

const hashes: readonly (readonly [string, Hashed, number])[] = [
  ["Drupal 10.1 and later", aVector("bcrypt", "bcrypt", "$2y$05$"), 1],
  ["before Drupal 10.1", aVector("drupal7", "drupal7", "$S$9"), 1],
  ["carried over from Drupal 6", aVector("phpass", "drupal6-migrated"), 1],
  ["Argon2, chosen by the site", aVector("argon2", "argon2", "$argon2id$v=19$m=1024,"), 1],
  ["blocked", aVector("drupal7", "drupal7", "$S$9"), 0],
];

// Drupal 10.3: the data table of the user entity, with the translation module on; as its drivers write it.
// https://api.drupal.org/api/drupal/core!modules!user!src!Entity!User.php/class/User/10
export const drupal: FrameworkTables = {
  schema: "drupal",
  ddl: {
    postgres: `create table users_field_data (uid bigint not null check (uid >= 0), langcode varchar(12) not null,
      preferred_langcode varchar(12), preferred_admin_langcode varchar(12), name varchar(60) not null, pass varchar(255),
      mail varchar(254), timezone varchar(32), status smallint, created int not null, changed int, access int not null,
      login int, init varchar(254), default_langcode smallint not null,
      constraint users_field_data____pkey primary key (uid, langcode),
      constraint users_field_data__user__name__key unique (name, langcode));
      create index users_field_data__user_field__mail__idx on users_field_data (mail)`,
    mysql: `create table users_field_data (uid int unsigned not null, langcode varchar(12) character set ascii not null,
      preferred_langcode varchar(12) character set ascii, preferred_admin_langcode varchar(12) character set ascii,
      name varchar(60) not null, pass varchar(255), mail varchar(254), timezone varchar(32), status tinyint,
      created int not null, changed int, access int not null, login int, init varchar(254),
      default_langcode tinyint not null, primary key (uid, langcode), unique key user__name (name, langcode),
      key user_field__mail (mail(191))) default character set utf8mb4 collate utf8mb4_general_ci`,
  },
  people: () =>
    hashes.map(([title, hashed, status], index) => {
      const uid = index + 1;
      const [name, mail] = [`Ann ${uid}`, `Ann.${uid}@example.org`];
      const translated = (langcode: string, isDefault: number) => ({
        table: "users_field_data",
        cells: {
          ...{ uid, langcode, name, pass: hashed.encoded, mail, status },
          ...{ created: 0, access: 0, default_langcode: isDefault },
        },
      });
      return {
        title,
        hashed,
        rows: [translated("en", 1), translated("de", 0)],
        lookups: [
          { by: "username", text: name.toLowerCase() },
          { by: "email", text: mail.toLowerCase() },
        ],
        expected: {
          id: String(uid),
          username: name,
          enabled: status === 1,
          attributes: { email: mail, email_verified: "false" },
        },
      };
    }),
};
