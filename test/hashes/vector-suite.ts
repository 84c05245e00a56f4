import { describe, expect, it } from "vitest";
import { type ErrorCode, MigrationError } from "../../lib/core/errors.ts";
import type { HashFormat } from "../../lib/core/ports.ts";
import type { Secret } from "../../lib/core/secret.ts";
import { passwordOf, readVectors, secretOf, storedPassword, type Vector } from "./vectors.ts";

/**
 * What a vector must give: `match`; `refused`, one of our codes; `no-match`, a mismatch or one of our codes; or exactly
 * the one code that is named.
 */
export type Expectation = "match" | "refused" | "no-match" | ErrorCode;

/** Where a family differs from what the vector says; `undefined` where it does not. Each case gives its reason. */
export type Exception = (vector: Vector) => Expectation | undefined;

/** Hashes that take longer than this are left to the full suite, which sets SAMEKEY_REQUIRE_SERVERS. */
const slowMs = 100;
const full = process.env.SAMEKEY_REQUIRE_SERVERS === "1";

/** Runs a family over all its vectors. The key of the vector, where it has one, is the factory's argument. */
export function describeVectors(
  family: string,
  make: (secret?: Secret) => HashFormat,
  exception: Exception = () => undefined,
): void {
  describe(`${family}: vectors of other implementations`, () => {
    for (const [index, vector] of readVectors(family).entries()) {
      const format = make(secretOf(vector));
      const expected = exception(vector) ?? expectation(vector);
      const left = !full && isSlow(format, vector);
      const reason = left ? `; over ${slowMs} ms, left to the full suite` : "";
      it.skipIf(left)(`${index} ${vector.format}: ${expected} (${vector.source})${reason}`, async () => {
        expect(meets(await outcome(format, vector), expected)).toBe(true);
      });
    }
  });
}

function expectation(vector: Vector): Expectation {
  if (vector.valid) return "match";
  return vector.params.hostile === true || vector.params.malformed === true ? "refused" : "no-match";
}

function meets(found: string, expected: Expectation): boolean {
  if (expected === "refused") return found !== "match" && found !== "mismatch";
  return expected === "no-match" ? found !== "match" : found === expected;
}

/** The verdict or the code of the refusal; any other error fails the test. */
async function outcome(format: HashFormat, vector: Vector): Promise<string> {
  try {
    return await format.parse(storedPassword(vector)).verify(passwordOf(vector), new AbortController().signal);
  } catch (error) {
    if (error instanceof MigrationError) return error.code;
    throw error;
  }
}

function isSlow(format: HashFormat, vector: Vector): boolean {
  try {
    return format.parse(storedPassword(vector)).costMs > slowMs;
  } catch (error) {
    if (error instanceof MigrationError) return false;
    throw error;
  }
}
