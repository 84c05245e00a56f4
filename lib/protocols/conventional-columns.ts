// What columns and members of exported users are usually called. Only names that mean one thing wherever they stand.

/** What a column can mean. Of a text, the name is the platform's own for the attribute. */
export type ColumnMeaning =
  | "id"
  | "username"
  | "email_verified"
  | "phone_number_verified"
  | "password"
  | "passwordHash"
  | "salt"
  | "enabled"
  | "disabled"
  | "totp"
  | "createdAt"
  | "lastSignInAt"
  | "unionid"
  | "openid"
  | "departmentPath"
  | "gender"
  | TextAttribute;

export const textAttributes = [
  "email",
  "phone_number",
  "name",
  "given_name",
  "family_name",
  "middle_name",
  "nickname",
  "preferred_username",
  "profile",
  "picture",
  "website",
  "birthdate",
  "zoneinfo",
  "locale",
  "address",
  "custom:company",
] as const;
export type TextAttribute = (typeof textAttributes)[number];

/** The names as docs/imports.md lists them. Letter case, spaces, `_`, `-` and `.` make no difference. */
export const conventionalNames: Readonly<Record<ColumnMeaning, readonly string[]>> = {
  id: ["id", "uid", "user_id", "uuid", "sub"],
  username: ["username", "user_login", "login", "login_name"],
  email: ["email", "mail", "email_address"],
  email_verified: ["email_verified", "email_confirmed", "is_email_verified"],
  phone_number: ["phone", "phone_number", "mobile", "mobile_phone"],
  phone_number_verified: [
    "phone_verified",
    "phone_number_verified",
    "phone_confirmed",
    "phone_number_confirmed",
    "is_phone_verified",
  ],
  password: ["password", "plaintext_password"],
  passwordHash: ["password_hash", "encrypted_password", "hashed_password", "password_digest"],
  salt: ["salt", "password_salt"],
  enabled: ["enabled", "is_enabled", "active", "is_active"],
  disabled: [
    ...["disabled", "is_disabled", "blocked", "is_blocked", "banned", "is_banned", "suspended", "is_suspended"],
    ...["locked", "is_locked", "deleted", "is_deleted"],
  ],
  name: ["name", "full_name", "display_name"],
  given_name: ["given_name", "first_name"],
  family_name: ["family_name", "last_name", "surname"],
  middle_name: ["middle_name"],
  nickname: ["nickname"],
  preferred_username: ["preferred_username"],
  profile: ["profile"],
  picture: ["picture", "avatar", "avatar_url", "photo"],
  website: ["website"],
  gender: ["gender"],
  birthdate: ["birthdate", "birthday", "date_of_birth"],
  zoneinfo: ["zoneinfo", "timezone", "time_zone"],
  locale: ["locale"],
  address: ["address"],
  "custom:company": ["company"],
  totp: ["totp", "totp_secret", "otp_secret"],
  createdAt: ["created_at", "created", "signed_up", "date_joined", "registered_at"],
  lastSignInAt: ["last_login", "last_login_at", "last_sign_in", "last_sign_in_at"],
  unionid: ["unionid"],
  openid: ["openid"],
  departmentPath: ["department_path"],
};

const meanings: ReadonlyMap<string, ColumnMeaning> = new Map(
  Object.entries(conventionalNames).flatMap(([meaning, names]) =>
    names.map((name): [string, ColumnMeaning] => [bareName(name), meaning as ColumnMeaning]),
  ),
);

/** What a column of this name means; undefined for one that means nothing by itself. */
export function meaningOf(column: string): ColumnMeaning | undefined {
  return column.length > 64 ? undefined : meanings.get(bareName(column));
}

function bareName(column: string): string {
  return column.replace(/[\s_.-]/g, "").toLowerCase();
}
