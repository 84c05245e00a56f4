// What the families of digests have in common as formats: their name, whose rows they take, and what stands in a row.

import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { damaged, encodedText, wholeNumber } from "../core/hash-bounds.ts";
import type { HashFormat } from "../core/ports.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";
import type { CompiledRecipe, RecipeRow } from "./digest-recipe.ts";

/** The settings that name a format and say how its rows are written. */
export interface DigestFormatSettings {
  /**
   * What rows call it in `format`: lower-case letters, digits and hyphens. Two formats of one family in one config need
   * two names.
   */
  readonly name?: string;
  /** How the salts of a row are written: `text` is hashed as it stands. Default `text`. */
  readonly saltEncoding?: SaltEncoding;
}

export type SaltEncoding = "text" | "hex" | "base64";
export const saltEncodings = ["text", "hex", "base64"] as const;

/** What a string says; what it does not say is looked for beside it. */
export interface WrittenDigest extends Pick<RecipeRow, "digest" | "iterations" | "encoding"> {
  readonly salt?: Uint8Array | undefined;
}

export interface DigestFormat {
  /** The family's name: the format's own where the settings give no other. */
  readonly family: string;
  readonly settings: DigestFormatSettings;
  readonly recipe: CompiledRecipe;
  /** Strings that tell of themselves; without it only rows that name the format, and what no other one claims. */
  readonly claimed?: RegExp;
  /** Whether the format as the last entry gets what no other one claims; by default where it claims nothing itself. */
  readonly takesTheRest?: boolean;
  readonly faults?: readonly SettingFault[];
  /** Of random bytes, made once: nobody knows a password for it. */
  readonly decoy?: string;
  /** @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY */
  readonly read: (text: string, stored: StoredPassword) => WrittenDigest;
}

export function digestFormat(digest: DigestFormat): HashFormat {
  const { family, settings, recipe, claimed, faults = [], decoy, read } = digest;
  const name = settings.name ?? family;
  const format: HashFormat = {
    name,
    recognizes: (stored) =>
      stored.format === undefined ? claimed?.test(stored.encoded) === true : stored.format === name,
    ...((digest.takesTheRest ?? claimed === undefined) ? { takesTheRest: true } : {}),
    ...(decoy === undefined ? {} : { decoy: { encoded: decoy } }),
    parse(stored) {
      const written = read(encodedText(name, stored), stored);
      const iterations = written.iterations ?? iterationsOf(stored);
      return recipe.check({
        digest: written.digest,
        ...(written.encoding === undefined ? {} : { encoding: written.encoding }),
        ...(iterations === undefined ? {} : { iterations }),
        value: (variable) =>
          variable === "salt" && "salt" in written ? written.salt : rowValue(stored, variable, settings.saltEncoding),
      });
    },
  };
  return withSettingFaults(format, [...nameFaults(name), ...saltFaults(settings), ...recipe.faults, ...faults]);
}

/** `params.iterations` of a row, for systems that keep the number in a column. */
function iterationsOf({ params = {} }: StoredPassword): number | undefined {
  const value = Object.hasOwn(params, "iterations") ? params.iterations : undefined;
  if (value === undefined) return undefined;
  // A wrong one is below every bound.
  return typeof value === "number" && Number.isSafeInteger(value) ? value : -1;
}

/** A variable's bytes: the columns salt and username, or one of the row's params. */
function rowValue(stored: StoredPassword, name: string, encoding: SaltEncoding = "text"): Uint8Array | undefined {
  if (name === "username") return stored.username === undefined ? undefined : Buffer.from(stored.username);
  const text = name === "salt" ? stored.salt : paramText(stored, name);
  if (text === undefined) return undefined;
  return name.startsWith("salt") ? decodeSalt(text, encoding) : Buffer.from(text);
}

export function decodeSalt(text: string, encoding: SaltEncoding = "text"): Uint8Array | undefined {
  if (encoding === "hex") return decodeHex(text);
  return encoding === "base64" ? decodeBase64(text) : Buffer.from(text);
}

function paramText({ params = {} }: StoredPassword, name: string): string | undefined {
  const value = Object.hasOwn(params, name) ? params[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

function nameFaults(name: string): readonly SettingFault[] {
  if (/^[a-z][a-z0-9-]{0,63}$/.test(name)) return [];
  return [
    { path: "name", message: "allowed are lower-case letters, digits and hyphens: what rows call it in `format`" },
  ];
}

function saltFaults({ saltEncoding = "text" }: DigestFormatSettings): readonly SettingFault[] {
  if (saltEncodings.includes(saltEncoding)) return [];
  return [{ path: "saltEncoding", message: `not known, allowed ${saltEncodings.join(", ")}` }];
}

/**
 * Reads a string by its syntax: the groups `digest`, `salt` (empty where it is not there) and `iterations`.
 * @param form The syntax for a reader.
 * @throws MigrationError HASH_DAMAGED
 */
export function splitDigest(
  format: string,
  text: string,
  syntax: RegExp,
  form: string,
  saltEncoding: SaltEncoding = "text",
): WrittenDigest {
  const groups = syntax.exec(text)?.groups;
  if (groups === undefined) throw damaged(format, `not of the form ${form}`);
  const { digest = "", salt = "", iterations } = groups;
  const count = iterations === undefined ? undefined : wholeNumber(iterations);
  if (iterations !== undefined && count === undefined) throw damaged(format, "no decimal number of iterations");
  return {
    digest,
    salt: decodeSalt(salt, saltEncoding),
    ...(count === undefined ? {} : { iterations: count }),
  };
}
