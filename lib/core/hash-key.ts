import type { SecretRef } from "./ports.ts";
import { Secret } from "./secret.ts";

/** Project-wide key material of a format (pepper, signer key, site key): a value, or the name of a secret. */
export type HashKey = Secret | SecretRef;

/**
 * The key's bytes. A secret by name is read when the first hash is checked, and its text taken as UTF-8.
 * @throws MigrationError SECRET_UNAVAILABLE
 */
export async function readHashKey(key: HashKey, signal: AbortSignal): Promise<Uint8Array> {
  return key instanceof Secret ? key.reveal() : Buffer.from(await key.read(signal));
}
