import { isRecordFault, MigrationError } from "./errors.ts";
import type { ImportOptions } from "./import-options.ts";
import type { PlatformRules } from "./import-ports.ts";
import type { ImportedUser } from "./imported-user.ts";
import type { HashFormat } from "./ports.ts";
import type { StoredPassword } from "./user.ts";

/** The way on which a user and his password go. */
export type ImportWay =
  /** Made on the platform at once. */
  | { readonly kind: "placed"; readonly first: "keep" | "change" | "unknown" | "invite" }
  /** The platform's own import takes the hash, which waits in the vault meanwhile. */
  | { readonly kind: "job"; readonly format: string; readonly algorithm: string; readonly encoded: string }
  /** In the vault, to be checked at the first sign-in. */
  | { readonly kind: "hash"; readonly format: string }
  /** In the vault, hashed before anything is written. */
  | { readonly kind: "plaintext"; readonly format: string }
  /** In the vault: only a new password, by way of a verified contact, signs in. */
  | { readonly kind: "none" };

export interface WaySetting {
  readonly passwords: readonly HashFormat[];
  readonly options: ImportOptions;
  /** Absent where nothing but the vault is written. */
  readonly platform?: WayPlatform | undefined;
}

export interface WayPlatform {
  readonly rules: PlatformRules;
  /** What the platform's own import may take of a stored password, in its own form. */
  importable?(stored: StoredPassword, format: string): PlatformHash | undefined;
}

export interface PlatformHash {
  readonly algorithm: string;
  readonly encoded: string;
}

export type Refused = { readonly kind: "refused"; readonly reason: string };

/** Chooses the way by what the user has; damaged and too costly hashes are refused as a sign-in would refuse them. */
export function chooseWay(user: ImportedUser, { passwords, options, platform }: WaySetting): ImportWay | Refused {
  const verified = user.attributes.email_verified === "true" || user.attributes.phone_number_verified === "true";
  if (user.plaintext !== undefined) {
    if (platform?.rules.takes(user.plaintext)) {
      return { kind: "placed", first: options.passwords === "reset" ? "change" : "keep" };
    }
    const format = passwords.find(({ hash }) => hash !== undefined);
    if (format === undefined) {
      return refused(
        "a password in the clear that cannot be kept: no format of `passwords` makes hashes, argon2() does",
      );
    }
    return needsContact(options, verified) ?? { kind: "plaintext", format: format.name };
  }
  const stored = user.password === undefined ? [] : [user.password].flat();
  if (stored.length === 0) return withoutPassword(options, verified, platform);
  try {
    const names = stored.map((one) => formatOf(one, passwords));
    const [only] = stored;
    const [format = ""] = names;
    const hash =
      options.hashes === "platform" && options.passwords === "keep" && only !== undefined && stored.length === 1
        ? platform?.importable?.(only, format)
        : undefined;
    // A job makes enabled users alone, and takes who has a verified contact.
    if (hash !== undefined && user.enabled && verified) return { kind: "job", format, ...hash };
    return needsContact(options, verified) ?? { kind: "hash", format: [...new Set(names)].join(" + ") };
  } catch (error) {
    if (!isRecordFault(error)) throw error;
    return refused(`${error.code}: ${error.message}`);
  }
}

/** The vault's way of a user whom the platform did not take. */
export function chooseVaultWay(user: ImportedUser, { passwords, options }: WaySetting): ImportWay | Refused {
  return chooseWay(user, { passwords, options: { ...options, withoutPassword: "wait", hashes: "vault" } });
}

function withoutPassword(options: ImportOptions, verified: boolean, platform: WayPlatform | undefined) {
  const wanted = options.withoutPassword;
  if (wanted === "wait") return { kind: "none" } as const;
  if (platform === undefined) return refused(`no password, and no pool in which to ${wanted} the user`);
  if (verified) return { kind: "placed", first: wanted === "create" ? "unknown" : "invite" } as const;
  return refused("no password, and no verified e-mail or phone by which one could be chosen");
}

/** A reset at the first sign-in of a vaulted user is the platform's, which sends a code. */
function needsContact(options: ImportOptions, verified: boolean): Refused | undefined {
  if (options.passwords === "keep" || verified) return undefined;
  return refused("no verified e-mail or phone, by which the new password that the import asks for could be chosen");
}

function refused(reason: string): Refused {
  return { kind: "refused", reason };
}

/** The format that will check it. */
function formatOf(stored: StoredPassword, formats: readonly HashFormat[]): string {
  const named = stored.format === undefined ? undefined : formats.filter(({ name }) => name === stored.format);
  const last = formats.at(-1);
  const format =
    (named ?? formats).find((one) => one.recognizes(stored)) ??
    (named ?? (last === undefined ? [] : [last])).find(({ takesTheRest }) => takesTheRest === true);
  if (format === undefined) {
    const listed = formats.map(({ name }) => name).join(", ");
    throw new MigrationError(
      "HASH_UNKNOWN",
      `no format of \`passwords\` takes the stored password; listed are ${listed}`,
    );
  }
  format.parse(stored);
  return format.name;
}
