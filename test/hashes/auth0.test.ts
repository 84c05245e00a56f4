import { describe, expect, it } from "vitest";
import { auth0, auth0Family } from "../../lib/hashes/auth0.ts";
import { okta } from "../../lib/hashes/okta.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(auth0Family);

const md5 = { algorithm: "md5", hash: { value: "67a1e09bb1f83f5007dc119c14d663aa", encoding: "hex" } };
const salt = { value: "salt", encoding: "utf8", position: "prefix" };

describe("auth0", () => {
  it("takes the example of Auth0's documentation, in hexadecimal, base64 and with an encoded salt", async () => {
    expect(await verdict(auth0(), JSON.stringify({ ...md5, salt }), "password")).toBe("match");
    const hash = { value: Buffer.from(md5.hash.value, "hex").toString("base64"), encoding: "base64" };
    const encoded = { ...salt, value: "c2FsdA==", encoding: "base64" };
    expect(await verdict(auth0(), JSON.stringify({ ...md5, hash, salt: encoded }), "password")).toBe("match");
    expect(await verdict(auth0(), JSON.stringify({ ...md5, salt: { ...salt, position: "suffix" } }), "password")).toBe(
      "mismatch",
    );
  });

  it("claims its own object and leaves Okta's to it", () => {
    const own = JSON.stringify({ ...md5, salt });
    const other = JSON.stringify({ algorithm: "MD5", salt: "c2FsdA==", saltOrder: "PREFIX", value: "x" });
    expect([auth0().recognizes({ encoded: own }), okta().recognizes({ encoded: own })]).toEqual([true, false]);
    expect([auth0().recognizes({ encoded: other }), okta().recognizes({ encoded: other })]).toEqual([false, true]);
  });

  it.each([
    ["an algorithm that Auth0 does not have", { ...md5, algorithm: "sha3-256" }],
    ["a digest of another length", { ...md5, algorithm: "sha256" }],
    ["a salt position that Auth0 does not have", { ...md5, salt: { ...salt, position: "middle" } }],
    ["HMAC without a key", { algorithm: "hmac", hash: { ...md5.hash, digest: "md5" } }],
    ["a hash that is null", { ...md5, hash: null }],
  ])("refuses %s", (_, object) => {
    expect(refusal(auth0(), JSON.stringify(object)).code).toBe("HASH_DAMAGED");
  });

  it("refuses a bcrypt string where the object says argon2", () => {
    const hash = { value: "$2b$10$DLnaLO9OKf4zi6m1.56XKuAgK331rawyyQrc/InUXgTFHziv4q2Xi" };
    expect(refusal(auth0(), JSON.stringify({ algorithm: "argon2", hash })).code).toBe("HASH_UNKNOWN");
  });

  it("refuses more scrypt than its bounds", () => {
    const object = { ...md5, algorithm: "scrypt", salt, keylen: 16, cost: 2 ** 30 };
    expect(refusal(auth0(), JSON.stringify(object)).code).toBe("HASH_TOO_COSTLY");
  });
});
