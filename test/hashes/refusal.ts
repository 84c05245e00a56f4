import { expect } from "vitest";
import { type ErrorCode, MigrationError } from "../../lib/core/errors.ts";
import type { HashFormat } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";

/** The refusal of a stored string: its code, and a message that never repeats the string. */
export function refusal(format: HashFormat, encoded: string): { readonly code: ErrorCode; readonly message: string } {
  try {
    format.parse({ encoded });
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    expect(encoded.length < 8 || !error.message.includes(encoded)).toBe(true);
    return { code: error.code, message: error.message };
  }
  throw new Error("the string was not refused");
}

/** The verdict on a typed password, with all the time in the world. */
export function verdict(format: HashFormat, encoded: string, typed: string): Promise<string> {
  return format.parse({ encoded }).verify(Secret.fromText(typed), new AbortController().signal);
}
