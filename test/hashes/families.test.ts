import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MigrationError } from "../../lib/core/errors.ts";
import type { HashFormat } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { argon2, bcrypt, pbkdf2, phpass, scrypt, shaCrypt } from "../../lib/hashes/index.ts";
import { members } from "../../scripts/lists.ts";
import { refusal } from "./refusal.ts";
import { readVectors, storedPassword, vectorFamilies } from "./vectors.ts";

const families: readonly HashFormat[] = [argon2(), bcrypt(), pbkdf2(), phpass(), scrypt(), shaCrypt()];
const named = families.map((format) => [format.name, format] as const);
const hashes = Object.keys(vectorFamilies).flatMap((family) => readVectors(family).map((vector) => vector.hash));
const hostile = ["", "!", "*", "*0", "*LK*", "!!", "x", "$", "$$", "$$$", "$2", "$argon2", "$P$", "$6$", "scrypt$"];

/** A known hash with one place cut out and something else put in. */
const damagedHash = fc
  .tuple(fc.constantFrom(...hashes), fc.nat(200), fc.nat(8), fc.string({ unit: "binary", maxLength: 8 }))
  .map(([hash, at, cut, put]) => hash.slice(0, at) + put + hash.slice(at + cut));
const anyString = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...hostile), damagedHash);

describe("families", () => {
  it("are exactly the members with vectors, and the adopter's own function", () => {
    expect(families.map((format) => format.name)).toEqual(Object.keys(vectorFamilies));
    expect(members("hashes").filter((member) => member !== "custom-password")).toEqual(Object.keys(vectorFamilies));
  });

  it.each(Object.keys(vectorFamilies))("claims the strings of %s for this family alone", (family) => {
    for (const vector of readVectors(family).filter((one) => one.valid)) {
      const claiming = families.filter((format) => format.recognizes(storedPassword(vector)));
      expect(claiming.map((format) => format.name)).toEqual([family]);
    }
  });

  it.each(named)("%s: any string gives a value or one of our codes, and no message repeats it", (_, format) => {
    fc.assert(
      fc.property(anyString, (encoded) => {
        try {
          const parsed = format.parse({ encoded });
          expect(Number.isFinite(parsed.costMs) && Number.isSafeInteger(parsed.memoryBytes)).toBe(true);
        } catch (error) {
          if (!(error instanceof MigrationError)) throw error;
          expect(["HASH_DAMAGED", "HASH_TOO_COSTLY", "HASH_UNKNOWN"]).toContain(error.code);
          expect(encoded.length < 8 || !error.message.includes(encoded)).toBe(true);
        }
        expect(typeof format.recognizes({ encoded })).toBe("boolean");
      }),
      { numRuns: 1000 },
    );
  });

  it.each(named)("%s: refuses what marks an account as unusable, and claims none of it", (_, format) => {
    for (const encoded of hostile) expect(refusal(format, encoded).code).toBe("HASH_DAMAGED");
    for (const encoded of ["", "!", "*", "*0", "*LK*", "!!", "x"]) expect(format.recognizes({ encoded })).toBe(false);
  });

  it.each(named)("%s: refuses a string of more than 4,096 characters", (_, format) => {
    const long = `${format.decoy?.encoded}${"A".repeat(4096)}`;
    expect(refusal(format, long).message).toContain("characters, allowed 1 to 4096");
  });

  it.each(named)("%s: leaves a row to the format that it names", (name, format) => {
    const encoded = format.decoy?.encoded ?? "";
    expect(format.recognizes({ encoded })).toBe(true);
    expect(format.recognizes({ encoded, format: name })).toBe(true);
    expect(format.recognizes({ encoded, format: "house" })).toBe(false);
  });

  it.each(named)("%s: has a decoy of usual cost that does not match", async (_, format) => {
    const parsed = format.parse(format.decoy ?? { encoded: "" });
    expect(parsed.costMs).toBeGreaterThan(10);
    expect(parsed.costMs).toBeLessThan(500);
    const signal = new AbortController().signal;
    expect(await parsed.verify(Secret.fromText("пароль 密码"), signal)).toBe("mismatch");
    expect(await parsed.verify(Secret.fromText(""), signal)).toBe("mismatch");
  });

  it.each(named)("%s: begins no work when the deadline is over", async (_, format) => {
    const over = new MigrationError("DEADLINE_EXCEEDED", "over");
    const parsed = format.parse(format.decoy ?? { encoded: "" });
    await expect(parsed.verify(Secret.fromText("any"), AbortSignal.abort(over))).rejects.toBe(over);
  });

  it.each(named)("%s: refuses a password of more than 1,024 bytes instead of cutting it", async (_, format) => {
    const parsed = format.parse(format.decoy ?? { encoded: "" });
    const long = parsed.verify(Secret.fromText("x".repeat(1025)), new AbortController().signal);
    await expect(long).rejects.toMatchObject({ code: "PASSWORD_UNUSABLE" });
  });

  it.each(named)("%s: has no fault with its own defaults", (_, format) => {
    expect(settingFaultsOf(format)).toEqual([]);
  });
});
