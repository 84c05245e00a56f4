import { aVector, type FrameworkTables } from "../framework-tables.ts";

const hashed = aVector("bcrypt", "bcrypt", "$2b$05$");

// The table of docs/config.md, which is nobody's framework.
export const plain: FrameworkTables = {
  schema: "plain",
  ddl: {
    postgres: `create table users (id bigserial primary key, email varchar(320) not null unique,
      email_confirmed boolean not null, password_hash varchar(255), disabled boolean not null)`,
    mysql: `create table users (id bigint auto_increment primary key, email varchar(320) not null unique,
      email_confirmed boolean not null, password_hash varchar(255), disabled boolean not null)`,
  },
  people: () =>
    [
      { id: 1, email: "Ann@example.org", confirmed: true, disabled: false },
      { id: 2, email: "bob@example.org", confirmed: false, disabled: true },
    ].map(({ id, email, confirmed, disabled }) => ({
      title: disabled ? "disabled, with an address nobody confirmed" : "active and confirmed",
      hashed,
      rows: [
        {
          table: "users",
          cells: { id, email, email_confirmed: confirmed, password_hash: hashed.encoded, disabled },
        },
      ],
      lookups: [{ by: "email", text: email.toLowerCase() }],
      expected: {
        id: String(id),
        username: email,
        enabled: !disabled,
        attributes: { email, email_verified: String(confirmed) },
      },
    })),
};
