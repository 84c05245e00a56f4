import { aVector, type FrameworkTables, type Hashed, Raw } from "../framework-tables.ts";

const hashes: readonly (readonly [string, Hashed, boolean])[] = [
  ["bcrypt, verified", aVector("bcrypt", "bcrypt", "$2y$05$"), true],
  ["argon2id, not verified", aVector("argon2", "argon2", "$argon2id$v=19$m=1024,"), false],
];

// Laravel 12: database/migrations/0001_01_01_000000_create_users_table.php as its grammars write it.
// https://laravel.com/docs/12.x/authentication#introduction-database-considerations
export const laravel: FrameworkTables = {
  schema: "laravel",
  ddl: {
    postgres: `create table "users" ("id" bigserial not null primary key, "name" varchar(255) not null,
      "email" varchar(255) not null, "email_verified_at" timestamp(0) without time zone null,
      "password" varchar(255) not null, "remember_token" varchar(100) null,
      "created_at" timestamp(0) without time zone null, "updated_at" timestamp(0) without time zone null);
      alter table "users" add constraint "users_email_unique" unique ("email")`,
    mysql: `create table \`users\` (\`id\` bigint unsigned not null auto_increment primary key,
      \`name\` varchar(255) not null, \`email\` varchar(255) not null, \`email_verified_at\` timestamp null,
      \`password\` varchar(255) not null, \`remember_token\` varchar(100) null, \`created_at\` timestamp null,
      \`updated_at\` timestamp null) default character set utf8mb4 collate 'utf8mb4_unicode_ci';
      alter table \`users\` add unique \`users_email_unique\`(\`email\`)`,
  },
  people: () =>
    hashes.map(([title, hashed, verified], index) => {
      const email = `Ann.${index}@example.org`;
      const email_verified_at = verified ? new Raw("now()") : null;
      return {
        title,
        hashed,
        rows: [
          {
            table: "users",
            cells: { id: index + 1, name: "Ann Lee", email, password: hashed.encoded, email_verified_at },
          },
        ],
        lookups: [{ by: "email", text: email.toLowerCase() }],
        expected: {
          id: String(index + 1),
          username: email,
          enabled: true,
          attributes: { email, email_verified: String(verified), name: "Ann Lee" },
        },
      };
    }),
};
