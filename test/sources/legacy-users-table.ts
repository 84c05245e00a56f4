import type { Row } from "../../lib/sources/postgres.ts";

/** What the tests of the PostgreSQL source load: Ada, twins with one e-mail address, and somebody without a name. */
export const legacyUsersTable = `
  create table users (
    id bigint primary key,
    username text,
    email text,
    phone text,
    email_confirmed boolean,
    password_hash text,
    disabled boolean
  );
  insert into users values
    (1, 'ada', 'ada@example.org', '+441234567890', true, 'a hash', false),
    (2, 'castor', 'twins@example.org', null, true, 'a hash', false),
    (3, 'pollux', 'twins@example.org', null, true, 'a hash', false),
    (4, null, 'nameless@example.org', null, true, 'a hash', false),
    (5, 'sparse', 'sparse@example.org', null, null, null, false);
`;

export const statements = {
  byEmail: "select * from users where lower(email) = $1",
  byPhone: "select * from users where phone = $1",
  byUsername: "select * from users where username = $1",
  byId: "select * from users where id::text = $1",
};

export function userOf(row: Row) {
  return {
    id: row.id,
    username: row.username,
    enabled: !row.disabled,
    attributes: { email: row.email, email_verified: row.email_confirmed, phone_number: row.phone },
    password: { encoded: row.password_hash },
  };
}
