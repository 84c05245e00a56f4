import { aVector, type FrameworkTables, type Hashed } from "../framework-tables.ts";

const hashes: readonly (readonly [string, Hashed, number])[] = [
  ["Drupal 7", aVector("drupal7", "drupal7", "$S$9"), 1],
  ["carried over from Drupal 6", aVector("phpass", "drupal6-migrated"), 1],
  ["blocked", aVector("drupal7", "drupal7", "$S$9"), 0],
];

// Drupal 7.103: user_schema() of modules/user/user.install, as its drivers for PostgreSQL and MySQL write it.
// https://api.drupal.org/api/drupal/modules!user!user.install/function/user_schema/7.x
export const drupal7: FrameworkTables = {
  schema: "drupal7",
  ddl: {
    postgres: `create table users (uid bigint not null default 0 check (uid >= 0), name varchar(60) not null default '',
      pass varchar(128) not null default '', mail varchar(254) default '', theme varchar(255) not null default '',
      signature varchar(255) not null default '', signature_format varchar(255), created int not null default 0,
      access int not null default 0, login int not null default 0, status smallint not null default 0,
      timezone varchar(32), language varchar(12) not null default '', picture int not null default 0,
      init varchar(254) default '', data bytea, primary key (uid), constraint users_name_key unique (name));
      create index users_mail_idx on users (mail)`,
    mysql: `create table users (uid int unsigned not null default 0, name varchar(60) not null default '',
      pass varchar(128) not null default '', mail varchar(254) default '', theme varchar(255) not null default '',
      signature varchar(255) not null default '', signature_format varchar(255), created int not null default 0,
      access int not null default 0, login int not null default 0, status tinyint not null default 0,
      timezone varchar(32), language varchar(12) not null default '', picture int not null default 0,
      init varchar(254) default '', data longblob, primary key (uid), unique key name (name), key mail (mail))
      default character set utf8 collate utf8_general_ci`,
  },
  people: () =>
    hashes.map(([title, hashed, status], index) => {
      const uid = index + 1;
      const [name, mail] = [`Ann ${uid}`, `Ann.${uid}@example.org`];
      return {
        title,
        hashed,
        rows: [{ table: "users", cells: { uid, name, pass: hashed.encoded, mail, status } }],
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
