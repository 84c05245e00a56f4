import { MigrationError } from "../core/errors.ts";
import type { MappedImport } from "../core/imported-user.ts";
import { type ColumnMeaning, meaningOf, type TextAttribute, textAttributes } from "./conventional-columns.ts";

export interface ConventionalSettings {
  /** What a user is of whom the file does not say it; without it such a user is refused. */
  readonly enabled: boolean | undefined;
  /** Without a column for ids, the first of these that has a value is the user's id. */
  readonly idFrom: readonly ColumnMeaning[];
}

/** The user whom the values of one record mean; a value stands at its column's place. */
export type ConventionalMapping = (values: readonly unknown[]) => MappedImport;

type Places = ReadonlyMap<ColumnMeaning, number>;

/**
 * The mapping for columns of these names, or why there is none: two columns with one meaning, no id, nothing that says
 * who is enabled. Columns without a meaning are left out.
 */
export function conventionalMapping(
  columns: readonly string[],
  settings: ConventionalSettings,
): ConventionalMapping | string {
  const places = new Map<ColumnMeaning, number>();
  for (const [place, column] of columns.entries()) {
    const meaning = meaningOf(column);
    if (meaning === undefined) continue;
    const other = columns[places.get(meaning) ?? -1] ?? "";
    if (places.has(meaning)) return `${quoted(other)} and ${quoted(column)} both mean ${meaning}; map them by \`user\``;
    places.set(meaning, place);
  }
  return missing(places, settings) ?? mappingOf(places, settings);
}

function missing(places: Places, { enabled, idFrom }: ConventionalSettings): string | undefined {
  if (!idFrom.some((meaning) => places.has(meaning))) {
    return `no column for ${idFrom.join(" or ")} by a name that is known (docs/imports.md); map them by \`user\``;
  }
  if (places.has("enabled") && places.has("disabled")) {
    return "columns for both enabled and disabled, allowed is one of them; map them by `user`";
  }
  if (places.has("enabled") || places.has("disabled") || enabled !== undefined) return undefined;
  return "no column says whether a user is enabled; where all of them are, set `enabled: true`";
}

function mappingOf(places: Places, { enabled, idFrom }: ConventionalSettings): ConventionalMapping {
  // By places and not by names: this runs for each of millions of users.
  const at = (meaning: ColumnMeaning): number => places.get(meaning) ?? -1;
  const texts = textAttributes.flatMap((name): [TextAttribute, number][] =>
    places.has(name) ? [[name, at(name)]] : [],
  );
  const verified = (["email_verified", "phone_number_verified"] as const).filter((name) => places.has(name));
  const flags = verified.map((name) => [name, at(name)] as const);
  // Where there is a column for it, no other one stands in: one store's ids are of one kind.
  const ids = (places.has("id") ? [at("id")] : idFrom.map(at)).filter((place) => place !== -1);
  const names = [at("username"), at("email"), at("phone_number"), ...ids].filter((place) => place !== -1);
  const [on, off, gender, hash, salt, plaintext] = [
    at("enabled"),
    at("disabled"),
    at("gender"),
    at("passwordHash"),
    at("salt"),
    at("password"),
  ];
  const rare = rareFields(places);

  return (values) => {
    const attributes: Record<string, unknown> = {};
    for (const [name, place] of texts) {
      const value = values[place];
      if (!isAbsent(value)) attributes[name] = value;
    }
    for (const [name, place] of flags) {
      const value = flag(name, values[place]);
      if (value !== undefined) attributes[name] = value;
    }
    if (gender !== -1 && !isAbsent(values[gender])) attributes.gender = genderOf(values[gender]);
    const isOff = off === -1 ? undefined : flag("disabled", values[off]);
    const isOn = on === -1 ? undefined : flag("enabled", values[on]);
    const password = plaintext === -1 ? undefined : values[plaintext];
    if (typeof password === "string" && looksStored(password)) {
      throw unusable("`password` holds what looks like a hash; name the column password_hash");
    }
    const user: MappedImport = {
      id: firstOf(values, ids),
      username: firstOf(values, names),
      enabled: isOn ?? (isOff === undefined ? enabled : !isOff),
      attributes,
      ...(hash === -1 || isAbsent(values[hash])
        ? {}
        : { password: stored(values[hash], salt === -1 ? undefined : values[salt]) }),
      ...(isAbsent(password) ? {} : { plaintext: password }),
    };
    return rare === undefined ? user : { ...user, ...rare(values) };
  };
}

/** What few files have, apart: the usual file does not pay for it. */
function rareFields(places: Places): ((values: readonly unknown[]) => Partial<MappedImport>) | undefined {
  const named = (["totp", "createdAt", "lastSignInAt"] as const).filter((meaning) => places.has(meaning));
  const providers = (["unionid", "openid"] as const).filter((meaning) => places.has(meaning));
  const path = places.get("departmentPath");
  if (named.length === 0 && providers.length === 0 && path === undefined) return undefined;
  const read = (values: readonly unknown[], meaning: ColumnMeaning) => values[places.get(meaning) ?? -1];
  return (values) => {
    const identities = providers
      .map((provider) => ({ provider, userId: read(values, provider) }))
      .filter(({ userId }) => !isAbsent(userId));
    const department = path === undefined ? undefined : values[path];
    return {
      ...Object.fromEntries(named.map((meaning) => [meaning, read(values, meaning)])),
      ...(identities.length === 0 ? {} : { identities }),
      ...(isAbsent(department) ? {} : { departments: [String(department).split("/")] }),
    };
  };
}

function firstOf(values: readonly unknown[], places: readonly number[]): unknown {
  return values[places.find((place) => !isAbsent(values[place])) ?? -1];
}

function stored(encoded: unknown, salt: unknown): { readonly encoded: unknown; readonly salt?: string } {
  if (isAbsent(salt)) return { encoded };
  if (typeof salt !== "string") throw unusable("`salt` is no text");
  return { encoded, salt };
}

// PHC and crypt(3) strings, LDAP's schemes, Django's and Werkzeug's. A password that somebody types begins so for once
// in millions; a `password` column that holds hashes is everyday, and its hashes would become the passwords.
const storedForm = /^(?:\$[\w-]{1,32}\$|\{[\w/.-]{2,32}\}|(?:pbkdf2|bcrypt|scrypt|argon2|sha1|sha256|md5)\w*[$:])/;

function looksStored(password: string): boolean {
  return storedForm.test(password);
}

const words: ReadonlyMap<string, boolean> = new Map([
  ...["true", "t", "yes", "y", "1", "on"].map((word): [string, boolean] => [word, true]),
  ...["false", "f", "no", "n", "0", "off"].map((word): [string, boolean] => [word, false]),
]);

function flag(name: string, value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (isAbsent(value)) return undefined;
  const word = typeof value === "string" || typeof value === "number" ? String(value).toLowerCase() : "";
  const known = words.get(word);
  if (known !== undefined) return known;
  throw unusable(`\`${name}\` is neither yes nor no; allowed are true, t, yes, y, 1, on and false, f, no, n, 0, off`);
}

/** M, W (or F) and U, as spreadsheets have them; any other text stays. */
function genderOf(value: unknown): unknown {
  if (value === "M" || value === "m") return "male";
  if (value === "W" || value === "w" || value === "F" || value === "f") return "female";
  return value === "U" || value === "u" ? undefined : value;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function quoted(column: string): string {
  return JSON.stringify(column);
}

function unusable(what: string): MigrationError {
  return new MigrationError("RECORD_UNUSABLE", what);
}
