import { aVector, type FrameworkTables, type Hashed, Raw } from "../framework-tables.ts";

const hashes: readonly (readonly [string, Hashed, boolean])[] = [
  ["bcrypt, who has come by a link", aVector("bcrypt", "bcrypt", "$2b$05$"), true],
  ["Argon2, who has not", aVector("argon2", "argon2", "$argon2id$v=19$m=1024,"), false],
];

// @auth/prisma-adapter 2.7 with Prisma 6: `prisma migrate` of the documented schema, with the password that an app with a
// credentials provider adds. https://authjs.dev/getting-started/adapters/prisma#schema
export const nextauth: FrameworkTables = {
  schema: "nextauth",
  ddl: {
    postgres: `create table "User" ("id" text not null, "name" text, "email" text not null, "emailVerified" timestamp(3),
      "image" text, "password" text, "createdAt" timestamp(3) not null default current_timestamp,
      "updatedAt" timestamp(3) not null, constraint "User_pkey" primary key ("id"));
      create unique index "User_email_key" on "User" ("email")`,
    mysql: `create table \`User\` (\`id\` varchar(191) not null, \`name\` varchar(191), \`email\` varchar(191) not null,
      \`emailVerified\` datetime(3), \`image\` varchar(191), \`password\` varchar(191),
      \`createdAt\` datetime(3) not null default current_timestamp(3), \`updatedAt\` datetime(3) not null,
      unique index \`User_email_key\` (\`email\`), primary key (\`id\`))
      default character set utf8mb4 collate utf8mb4_unicode_ci`,
  },
  people: () =>
    hashes.map(([title, hashed, verified], index) => {
      const [id, email] = [`cm0000000000000000000000${index}`, `Ann.${index}@example.org`];
      const image = "https://example.org/ann.png";
      const times = { emailVerified: verified ? new Raw("now()") : null, updatedAt: new Raw("now()") };
      return {
        title,
        hashed,
        rows: [{ table: "User", cells: { id, email, name: "Ann Lee", image, password: hashed.encoded, ...times } }],
        lookups: [{ by: "email", text: email.toLowerCase() }],
        expected: {
          id,
          username: email,
          enabled: true,
          attributes: { email, email_verified: String(verified), name: "Ann Lee", picture: image },
        },
      };
    }),
};
