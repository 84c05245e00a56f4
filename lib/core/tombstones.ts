import { createHmac } from "node:crypto";
import { MigrationError } from "./errors.ts";
import type { LedgerUser, SecretRef } from "./ports.ts";

/** Keyed hashes of what erased users were known by. The keys are read when they are first needed. */
export interface Tombstones {
  /** Each name under every key that there is, as `VERSION#HMAC`. @throws MigrationError SECRET_INVALID, SECRET_UNAVAILABLE */
  marks(names: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
  /** Each name under the newest key: what is written. Throws as `marks` does. */
  newest(names: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
}

/** The keys of a secret's text by their versions. */
export type ErasureKeys = ReadonlyMap<number, string>;

const minKeyBytes = 24;

/**
 * The secret's text is one key (version 1), or `{"1": "…", "2": "…"}`. A key that tombstones were written under has to
 * stay there for as long as they shall hold: a hash cannot be moved to another key.
 * @throws MigrationError SECRET_INVALID
 */
export function parseErasureKeys(name: string, text: string): ErasureKeys {
  const keys = text.startsWith("{") ? versionsIn(name, text) : new Map([[1, text]]);
  for (const [version, key] of keys) {
    if (Buffer.byteLength(key) < minKeyBytes) throw invalid(name, `key ${version} is under ${minKeyBytes} bytes`);
  }
  return keys;
}

function versionsIn(name: string, text: string): ErasureKeys {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw invalid(name, "no JSON");
  }
  const entries = Object.entries(given as object);
  if (entries.length === 0) throw invalid(name, "no key");
  return new Map(
    entries.map(([version, key]): [number, string] => {
      if (!/^[1-9][0-9]{0,3}$/.test(version)) throw invalid(name, "a version that is no number from 1 to 9999");
      if (typeof key !== "string") throw invalid(name, `key ${version} is no text`);
      return [Number(version), key];
    }),
  );
}

function invalid(name: string, found: string): MigrationError {
  return new MigrationError(
    "SECRET_INVALID",
    `the secret ${name}: ${found}; allowed is one key of at least ${minKeyBytes} bytes, or {"1": "…", "2": "…"}`,
  );
}

export function openTombstones(secret: SecretRef): Tombstones {
  const keys = async (signal: AbortSignal) => parseErasureKeys(secret.name, await secret.read(signal));
  return {
    async marks(names, signal) {
      if (names.length === 0) return [];
      const all = [...(await keys(signal))];
      return names.flatMap((name) => all.map(([version, key]) => markOf(name, version, key)));
    },
    async newest(names, signal) {
      const [version, key] = newestKey(await keys(signal));
      return names.map((name) => markOf(name, version, key));
    },
  };
}

export function newestKey(keys: ErasureKeys): readonly [number, string] {
  return [...keys].reduce((newest, one) => (one[0] > newest[0] ? one : newest));
}

function markOf(name: string, version: number, key: string): string {
  return `${version}#${createHmac("sha256", key).update(name).digest("base64url")}`;
}

/** The names that a user is hashed by: each identifier, the legacy id, and what the platform keeps of it. */
export function tombstoneNames(
  user: Pick<LedgerUser, "source" | "legacyId" | "legacyKey" | "identifiers">,
): readonly string[] {
  const { source, legacyId, legacyKey, identifiers } = user;
  return [
    ...(legacyId === "" ? [] : [`user#${source}#${legacyId}`]),
    ...(legacyKey === "" ? [] : [`legacy#${legacyKey}`]),
    ...identifiers.map((one) => `identifier#${one}`),
  ];
}
