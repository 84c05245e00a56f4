import { describe, expect, it } from "vitest";
import { logto, logtoFamily } from "../../lib/hashes/logto.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(logtoFamily);

const md5 = "5f4dcc3b5aa765d61d8327deb882cf99";

describe("logto", () => {
  it("tells a bare digest by its length where the row does not name the algorithm", async () => {
    expect(await verdict(logto(), md5, "password")).toBe("match");
    expect(logto().recognizes({ encoded: md5 })).toBe(false);
  });

  it.each([
    ["an expression without @, which would let everybody in", ["md5", ["password"], md5]],
    ["an expression of another shape", ["md5", "@", md5]],
    ["a digest of another length", ["sha256", ["@"], md5]],
    ["PBKDF2 whose salt is the password", ["pbkdf2", ["@", "1000", "16", "sha1"], md5]],
    ["PBKDF2 whose salt is not the hexadecimal that it says", ["pbkdf2", ["hex:zz", "1", "16", "sha1", "@"], md5]],
  ])("refuses %s", (_, expression) => {
    expect(refusal(logto(), JSON.stringify(expression)).code).toBe("HASH_DAMAGED");
  });

  it("does not know every digest that OpenSSL has", () => {
    expect(refusal(logto(), JSON.stringify(["sm3", ["@"], md5])).code).toBe("HASH_UNKNOWN");
  });

  it("refuses a digest under another algorithm than the row names", () => {
    const row = { format: "logto", encoded: md5, params: { passwordAlgorithm: "SHA1" } };
    expect(() => logto().parse(row)).toThrow(expect.objectContaining({ code: "HASH_DAMAGED" }));
  });
});
