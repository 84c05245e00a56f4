import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { clerk, clerkFamily } from "../../lib/hashes/clerk.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(clerkFamily);

const parse = (hasher: string | undefined, encoded: string) =>
  clerk().parse({ format: "clerk", encoded, ...(hasher === undefined ? {} : { params: { password_hasher: hasher } }) });
const md5 = "5f4dcc3b5aa765d61d8327deb882cf99";

describe("clerk", () => {
  it("takes a salted digest with the salt on either side, as Clerk does not say on which", async () => {
    // md5("salt" . "password") and md5("password" . "salt"), by md5sum.
    for (const digest of ["67a1e09bb1f83f5007dc119c14d663aa", "b305cadbb3bce54f3aa59c64fec00dea"]) {
      const parsed = parse("md5_salted", `salt$${digest}`);
      expect(await parsed.verify(Secret.fromText("password"), new AbortController().signal)).toBe("match");
    }
  });

  it("never guesses the hasher", () => {
    expect(() => parse(undefined, md5)).toThrow("password_hasher: allowed are");
    expect(clerk().recognizes({ encoded: md5 })).toBe(false);
  });

  it("says why it cannot check what Clerk takes besides", () => {
    expect(() => parse("awscognito", "awscognito#pool#client#user")).toThrow("a pointer to a Cognito pool");
    expect(() => parse("hmac_sha256_utf16_b64", "AAAA")).toThrow("Clerk does not document its digest");
  });

  it.each([
    ["a digest of another hasher", "sha256", md5],
    ["argon2i as argon2id", "argon2id", "$argon2i$v=19$m=256,t=2,p=2$c2FsdHNhbHQ$raP+Nmy9iuyXBvnSvCkMBw"],
    ["a prefix of another digest", "pbkdf2_sha512", "pbkdf2_sha256$1000$salt$00112233445566778899aabbccddeeff"],
    [
      "a key length where there is none",
      "pbkdf2_sha512",
      "pbkdf2_sha512$1000$salt$00112233445566778899aabbccddeeff$16",
    ],
    ["bcrypt without a pepper", "bcrypt_peppered", "$2b$10$DLnaLO9OKf4zi6m1.56XKuAgK331rawyyQrc/InUXgTFHziv4q2Xi"],
  ])("refuses %s", (_, hasher, encoded) => {
    expect(() => parse(hasher, encoded)).toThrow(expect.objectContaining({ code: "HASH_DAMAGED" }));
  });

  it("refuses more iterations than its bounds", () => {
    const symfony = `sha512_symfony$2000000$salt$${Buffer.alloc(64).toString("base64")}`;
    expect(() => parse("sha512_symfony", symfony)).toThrow(expect.objectContaining({ code: "HASH_TOO_COSTLY" }));
  });
});
