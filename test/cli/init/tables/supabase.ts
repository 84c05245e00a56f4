import {
  aVector,
  type Cell,
  type FrameworkTables,
  type Hashed,
  type Person,
  Raw,
  type TableRow,
} from "../framework-tables.ts";

const bcrypt = aVector("bcrypt", "bcrypt", "$2a$05$");
const fromFirebase = aVector("supabase", "supabase-firebase-scrypt");

// Supabase Auth (GoTrue) 2.170: what its migrations leave of auth.users, and of auth.mfa_factors what is asked.
// https://github.com/supabase/auth/tree/v2.170.0/migrations
export const supabase: FrameworkTables = {
  schema: "supabase",
  ddl: {
    postgres: `create schema auth;
      create table auth.users (instance_id uuid, id uuid not null primary key, aud varchar(255), role varchar(255),
      email varchar(255), encrypted_password varchar(255), email_confirmed_at timestamptz, invited_at timestamptz,
      confirmation_token varchar(255), confirmation_sent_at timestamptz, recovery_token varchar(255),
      recovery_sent_at timestamptz, email_change_token_new varchar(255), email_change varchar(255),
      email_change_sent_at timestamptz, last_sign_in_at timestamptz, raw_app_meta_data jsonb, raw_user_meta_data jsonb,
      is_super_admin boolean, created_at timestamptz, updated_at timestamptz, phone text unique default null,
      phone_confirmed_at timestamptz, phone_change text default '', phone_change_token varchar(255) default '',
      phone_change_sent_at timestamptz,
      confirmed_at timestamptz generated always as (least(email_confirmed_at, phone_confirmed_at)) stored,
      email_change_token_current varchar(255) default '', email_change_confirm_status smallint default 0,
      banned_until timestamptz, reauthentication_token varchar(255) default '', reauthentication_sent_at timestamptz,
      is_sso_user boolean not null default false, deleted_at timestamptz, is_anonymous boolean not null default false);
      create unique index users_email_partial_key on auth.users (email) where is_sso_user = false;
      create type auth.factor_type as enum ('totp', 'webauthn', 'phone');
      create type auth.factor_status as enum ('unverified', 'verified');
      create table auth.mfa_factors (id uuid not null primary key, user_id uuid not null references auth.users (id),
      friendly_name text, factor_type auth.factor_type not null, status auth.factor_status not null,
      created_at timestamptz not null, updated_at timestamptz not null, secret text);
      alter table auth.users enable row level security;
      alter table auth.mfa_factors enable row level security`,
  },
  reader: "bypassrls",
  people: () => [
    aPerson(1, "bcrypt, confirmed", bcrypt, {}, {}),
    aPerson(2, "who came from Firebase", fromFirebase, {}, {}),
    aPerson(
      3,
      "not confirmed, whom Supabase does not let in",
      bcrypt,
      { email_confirmed_at: null },
      { enabled: false, verified: false },
    ),
    aPerson(4, "banned", bcrypt, { banned_until: new Raw("now() + interval '1 hour'") }, { enabled: false }),
    aPerson(5, "banned before", bcrypt, { banned_until: new Raw("now() - interval '1 hour'") }, {}),
    aPerson(6, "with a second factor", bcrypt, {}, { enabled: false, factor: "verified" }),
    aPerson(7, "with a second factor that was never finished", bcrypt, {}, { factor: "unverified" }),
    aPerson(
      8,
      "with a number",
      bcrypt,
      { phone: "441234567890", phone_confirmed_at: new Raw("now()") },
      { phone: "+441234567890" },
    ),
    aPerson(9, "who came by a provider, without a password", undefined, { encrypted_password: "" }, {}),
  ],
};

interface Special {
  readonly enabled?: boolean;
  readonly verified?: boolean;
  readonly factor?: string;
  readonly phone?: string;
}

function aPerson(
  number: number,
  title: string,
  hashed: Hashed | undefined,
  cells: Readonly<Record<string, Cell>>,
  { enabled = true, verified = true, factor, phone }: Special,
): Person {
  const id = `00000000-0000-4000-8000-00000000000${number}`;
  const email = `ann.${number}@example.org`;
  const user = { id, email, encrypted_password: hashed?.encoded ?? null, email_confirmed_at: new Raw("now()") };
  const meta = { raw_user_meta_data: '{"full_name": "Ann Lee"}' };
  const now = new Raw("now()");
  const factors: readonly TableRow[] =
    factor === undefined
      ? []
      : [
          {
            table: "auth.mfa_factors",
            cells: { id, user_id: id, factor_type: "totp", status: factor, created_at: now, updated_at: now },
          },
        ];
  // The same address by a company's sign-in: another person.
  const twin: TableRow = {
    table: "auth.users",
    cells: { id: id.replace("-4000-", "-4999-"), email, is_sso_user: true, email_confirmed_at: now },
  };
  return {
    title,
    ...(hashed === undefined ? {} : { hashed }),
    rows: [{ table: "auth.users", cells: { ...user, ...meta, ...cells } }, twin, ...factors],
    lookups: [{ by: "email", text: email }, ...(phone === undefined ? [] : [{ by: "phone", text: phone } as const])],
    expected: {
      id,
      username: email,
      enabled,
      attributes: {
        email,
        email_verified: String(verified),
        ...(phone === undefined ? {} : { phone_number: phone, phone_number_verified: "true" }),
        name: "Ann Lee",
      },
    },
  };
}
