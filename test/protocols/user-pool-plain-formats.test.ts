import { describe, expect, it } from "vitest";
import { argon2 } from "../../lib/hashes/argon2.ts";
import { bcrypt } from "../../lib/hashes/bcrypt.ts";
import { pbkdf2 } from "../../lib/hashes/pbkdf2.ts";
import { phpass } from "../../lib/hashes/phpass.ts";
import { scrypt } from "../../lib/hashes/scrypt.ts";
import { plainFormats } from "../../lib/protocols/user-pool-plain-formats.ts";
import { aSecretRef } from "../support/secret-ref.ts";

const { signal } = new AbortController();

describe("plainFormats", () => {
  it("has the formats that check a password as it is typed, and no family that no pool takes", async () => {
    const plain = await plainFormats([bcrypt(), argon2(), scrypt(), pbkdf2(), phpass()], signal);
    expect([...plain]).toEqual(["bcrypt", "argon2", "scrypt", "pbkdf2"]);
  });

  it.each([
    ["another hash", argon2({ prepare: [{ digest: "sha256", encoding: "hex" }] })],
    ["another hash for long passwords alone", scrypt({ prepare: [{ digest: "sha512", onlyOver: 72 }] })],
    ["what a user wrote, trimmed", scrypt({ prepare: [{ text: "trim" }] })],
    ["a pepper", argon2({ secret: aSecretRef("pepper") })],
  ])("has none that puts something else before its own: %s", async (_, format) => {
    expect([...(await plainFormats([format], signal))]).toEqual([]);
  });
});
