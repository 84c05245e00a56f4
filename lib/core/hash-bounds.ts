import { MigrationError } from "./errors.ts";
import type { SettingFault } from "./setting-faults.ts";
import type { StoredPassword } from "./user.ts";

// What every password family needs to refuse a hostile hash before any work is done for it.

/** The most characters of a stored hash. The longest known ones (PBKDF2 with a 512-byte key in hex) have about 1,200. */
export const maxEncodedLength = 4096;

/** A closed range of whole numbers. */
export interface Bound {
  readonly min: number;
  readonly max: number;
}

/** A fault of the stored string. `what` says what is wrong without quoting the string. */
export function damaged(format: string, what: string): MigrationError {
  return new MigrationError("HASH_DAMAGED", `${format}: ${what}`);
}

/**
 * The stored string.
 * @throws MigrationError HASH_DAMAGED when it is empty or longer than `maxEncodedLength`.
 */
export function encodedText(format: string, stored: StoredPassword): string {
  const length = stored.encoded.length;
  if (length < 1 || length > maxEncodedLength) {
    throw damaged(format, `${length} characters, allowed 1 to ${maxEncodedLength}`);
  }
  return stored.encoded;
}

/** A decimal number of at most ten digits; never Number() or parseInt(), which take `1e9`, `0x10`, ` 5` and `5abc`. */
export function wholeNumber(text: string): number | undefined {
  return /^(?:0|[1-9][0-9]{0,9})$/.test(text) ? Number(text) : undefined;
}

/**
 * A cost as the stored string names it.
 * @throws MigrationError HASH_DAMAGED for no decimal number or one below `bound.min`, HASH_TOO_COSTLY above `bound.max`.
 */
export function parseCost(format: string, unit: string, text: string, bound: Bound): number {
  const value = wholeNumber(text);
  if (value === undefined) throw damaged(format, `no decimal number (${unit}), allowed ${bound.min} to ${bound.max}`);
  return costWithin(format, unit, value, bound);
}

/**
 * A cost that was computed from the stored string.
 * @throws MigrationError HASH_DAMAGED below `bound.min`, HASH_TOO_COSTLY above `bound.max`.
 */
export function costWithin(format: string, unit: string, value: number, bound: Bound): number {
  const message = `${format}: ${value} ${unit}, allowed ${bound.min} to ${bound.max}`;
  if (value < bound.min) throw new MigrationError("HASH_DAMAGED", message);
  if (value > bound.max) throw new MigrationError("HASH_TOO_COSTLY", message);
  return value;
}

/**
 * Decoded bytes of an allowed length; `unit` names them ("bytes of salt").
 * @throws MigrationError HASH_DAMAGED when they could not be decoded or their number is out of bounds.
 */
export function bytesWithin(format: string, unit: string, bytes: Uint8Array | undefined, bound: Bound): Uint8Array {
  const allowed = bound.min === bound.max ? `${bound.min}` : `${bound.min} to ${bound.max}`;
  if (bytes === undefined) throw damaged(format, `${unit}: not in their encoding, allowed ${allowed}`);
  if (bytes.length < bound.min || bytes.length > bound.max) {
    throw damaged(format, `${bytes.length} ${unit}, allowed ${allowed}`);
  }
  return bytes;
}

/** A bound that an adopter may set: its default and the range that it may be set to. */
export interface BoundSetting extends Bound {
  readonly usual: number;
}

/** The bound in force, and what is wrong with the one that was set; the default stands in for a wrong one. */
export function readBound(
  path: string,
  set: number | undefined,
  { usual, min, max }: BoundSetting,
): { readonly value: number; readonly faults: readonly SettingFault[] } {
  const value = set ?? usual;
  if (Number.isInteger(value) && value >= min && value <= max) return { value, faults: [] };
  // Whatever stands in the config: not every object can be made a text of.
  const found = typeof value === "object" ? "an object" : String(value);
  const message = `${found}, allowed whole numbers ${min} to ${max}, default ${usual}`;
  return { value: usual, faults: [{ path, message }] };
}
