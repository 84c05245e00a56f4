import { randomBytes } from "node:crypto";
import { passwordToHash } from "../core/hash-check.ts";
import type { Secret } from "../core/secret.ts";
import { openssl, portable } from "./argon2-engines.ts";

// OWASP's first choice (Password Storage Cheat Sheet): 19 MiB, two passes, one lane; about 80 ms on one whole processor.
const memory = 19_456;
const passes = 2;
const parallelism = 1;

/**
 * A new Argon2id hash as a PHC string, with 16 random bytes of salt.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
export async function newArgon2Hash(password: Secret, signal: AbortSignal): Promise<string> {
  const salt = randomBytes(16);
  const tag = await (openssl ?? portable).derive({
    variant: "argon2id",
    version: 19,
    message: passwordToHash(password, signal),
    salt,
    secret: undefined,
    data: new Uint8Array(),
    parallelism,
    memory,
    passes,
    tagBytes: 32,
    signal,
  });
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

// PHC strings have no padding.
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}
