import { createHash, timingSafeEqual } from "node:crypto";
import { MigrationError } from "./errors.ts";
import type { Verdict } from "./outcome.ts";
import { maxPasswordBytes, type Secret } from "./secret.ts";
import type { StoredPassword } from "./user.ts";

// The steps around the work of every password family: whose string it is, what is hashed, how digests are compared.

/**
 * `recognizes` of a family whose strings tell by their prefix. A row that names a format belongs to that format alone,
 * whatever its string looks like.
 */
export function claims(name: string, prefix: RegExp): (stored: StoredPassword) => boolean {
  return (stored) => (stored.format === undefined ? prefix.test(stored.encoded) : stored.format === name);
}

/**
 * The bytes to hash, taken out just before the work.
 * @throws the signal's reason when the deadline is over, MigrationError PASSWORD_UNUSABLE for an overlong password:
 * it is refused, not cut, and some schemes (SHA-crypt) take time that grows with its square.
 */
export function passwordToHash(password: Secret, signal: AbortSignal): Uint8Array {
  signal.throwIfAborted();
  if (password.byteLength > maxPasswordBytes) {
    throw new MigrationError("PASSWORD_UNUSABLE", `${password.byteLength} bytes, allowed 0 to ${maxPasswordBytes}`);
  }
  return password.reveal();
}

/** Compares digests in constant time. Two empty digests never match. */
export function compareBytes(computed: Uint8Array, stored: Uint8Array): Verdict {
  if (stored.length === 0 || computed.length !== stored.length) return "mismatch";
  return timingSafeEqual(computed, stored) ? "match" : "mismatch";
}

/** Compares encoded digests, where the string and not its bytes decides (crypt(3) compares strings). */
export function compareText(computed: string, stored: string): Verdict {
  if (stored === "") return "mismatch";
  return compareBytes(sha256(computed), sha256(stored));
}

function sha256(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
