import { aVector, type FrameworkTables, Raw } from "../framework-tables.ts";

const hashed = aVector("bcrypt", "bcrypt", "$2a$05$");

// Devise 4.9 on Rails 7.1: `rails generate devise User` with the lines of :confirmable and :lockable, as Active Record
// writes them. https://github.com/heartcombo/devise/blob/v4.9.4/lib/generators/active_record/devise_generator.rb
export const devise: FrameworkTables = {
  schema: "devise",
  ddl: {
    postgres: `create table "users" ("id" bigserial primary key, "email" character varying default '' not null,
      "encrypted_password" character varying default '' not null, "reset_password_token" character varying,
      "reset_password_sent_at" timestamp(6), "remember_created_at" timestamp(6), "confirmation_token" character varying,
      "confirmed_at" timestamp(6), "confirmation_sent_at" timestamp(6), "unconfirmed_email" character varying,
      "failed_attempts" integer default 0 not null, "unlock_token" character varying, "locked_at" timestamp(6),
      "created_at" timestamp(6) not null, "updated_at" timestamp(6) not null);
      create unique index "index_users_on_email" on "users" ("email")`,
    mysql: `create table \`users\` (\`id\` bigint not null auto_increment primary key,
      \`email\` varchar(255) default '' not null, \`encrypted_password\` varchar(255) default '' not null,
      \`reset_password_token\` varchar(255), \`reset_password_sent_at\` datetime(6), \`remember_created_at\` datetime(6),
      \`confirmation_token\` varchar(255), \`confirmed_at\` datetime(6), \`confirmation_sent_at\` datetime(6),
      \`unconfirmed_email\` varchar(255), \`failed_attempts\` int default 0 not null, \`unlock_token\` varchar(255),
      \`locked_at\` datetime(6), \`created_at\` datetime(6) not null, \`updated_at\` datetime(6) not null);
      create unique index \`index_users_on_email\` on \`users\` (\`email\`)`,
  },
  people: () => [
    aPerson("confirmed", 1, { confirmed: true, locked: false }),
    aPerson("not confirmed yet, whom Devise does not let in", 2, { confirmed: false, locked: false }),
    aPerson("locked", 3, { confirmed: true, locked: true }),
    { ...aPerson("without a password", 4, { confirmed: true, locked: false, encoded: "" }) },
  ],
};

function aPerson(
  title: string,
  id: number,
  { confirmed, locked, encoded = hashed.encoded }: { confirmed: boolean; locked: boolean; encoded?: string },
): ReturnType<FrameworkTables["people"]>[number] {
  const email = `ann.${id}@example.org`;
  const [now, never] = [new Raw("now()"), null];
  const times = {
    created_at: now,
    updated_at: now,
    confirmed_at: confirmed ? now : never,
    locked_at: locked ? now : never,
  };
  return {
    title,
    ...(encoded === "" ? {} : { hashed }),
    rows: [{ table: "users", cells: { id, email, encrypted_password: encoded, ...times } }],
    lookups: [{ by: "email", text: email }],
    expected: {
      id: String(id),
      username: email,
      enabled: confirmed && !locked,
      attributes: { email, email_verified: String(confirmed) },
    },
  };
}
