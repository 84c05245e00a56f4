import { format, type SqlSchema } from "../sql-schema.ts";

/** https://github.com/supabase/auth/tree/master/migrations, https://supabase.com/docs/guides/auth */
export const supabase: SqlSchema = {
  name: "supabase",
  title: "the users of Supabase Auth (GoTrue, auth.users)",
  on: ["postgres"],
  userNames: ["email", "phone", "alias"],
  read: (sql) => ({
    notes: [
      "Supabase keeps addresses in lower case, and numbers without their +. Its tables have row security and no policy: an",
      "account without bypassrls finds nobody. Do not write a policy for auth.users alone: second factors would stay hidden.",
      "Its certificate is in the dashboard, under Database, SSL configuration: tls: { caFile: … }.",
    ],
    select: `select id, email, '+' || nullif(phone, '') as phone_number, email_confirmed_at, phone_confirmed_at,
  nullif(encrypted_password, '') as encrypted_password, raw_user_meta_data ->> 'full_name' as full_name,
  ${sql.flag("banned_until > now()", "banned")},
  exists (select 1 from auth.mfa_factors f where f.user_id = u.id and f.status = 'verified') as second_factor
from auth.users u
where deleted_at is null and not is_sso_user and not is_anonymous`,
    exact: true,
    find: { byEmail: "email = $1", byPhone: "phone = substr($1, 2)", byId: sql.asText("id") },
    user: `id: row.id,
username: row.email ?? row.phone_number,
// Supabase lets nobody in before the address or number is confirmed. Users with a second factor are refused:
// moved by the password alone they would lose it. Drop that condition if the new pool asks for one itself.
enabled:
  !row.banned && !row.second_factor && (row.email_confirmed_at !== null || row.phone_confirmed_at !== null),
attributes: {
  email: row.email,
  email_verified: row.email_confirmed_at !== null,
  phone_number: row.phone_number,
  phone_number_verified: row.phone_number && row.phone_confirmed_at !== null,
  name: row.full_name,
},
password: { encoded: row.encrypted_password },`,
    passwordNotes: ["bcrypt, Argon2, and the scrypt of users who came from Firebase."],
    formats: [format("supabase", "supabase()")],
  }),
};
