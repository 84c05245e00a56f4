import { describe, expect, it } from "vitest";
import { okta, oktaFamily } from "../../lib/hashes/okta.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(oktaFamily);

const md5 = { algorithm: "MD5", value: "X03MO1qnZdYdgyfeuILPmQ==" };
const bcrypt = {
  algorithm: "BCRYPT",
  workFactor: 5,
  salt: "jGIQhLvoRrH6NNl6V2n9DO",
  value: "17fMdiXNiUyLZGmk6teYUuqVBHxHAzW",
};

describe("okta", () => {
  it("takes a digest without salt and order", async () => {
    expect(await verdict(okta(), JSON.stringify(md5), "password")).toBe("match");
  });

  it.each([
    ["a salt without its order", { ...md5, salt: "c2FsdA==" }],
    ["a salt that is no base64", { ...md5, salt: "s@lt", saltOrder: "PREFIX" }],
    ["bcrypt without a work factor", { ...bcrypt, workFactor: undefined }],
    ["bcrypt with a salt of another length", { ...bcrypt, salt: "jGIQhLvoRrH6NNl6V2n9D" }],
    [
      "PBKDF2 without a key size",
      { algorithm: "PBKDF2", digestAlgorithm: "SHA256_HMAC", iterationCount: 1, value: "" },
    ],
  ])("refuses %s", (_, object) => {
    expect(refusal(okta(), JSON.stringify(object)).code).toBe("HASH_DAMAGED");
  });

  it("refuses a work factor over the bound", () => {
    expect(refusal(okta(), JSON.stringify({ ...bcrypt, workFactor: 20 })).code).toBe("HASH_TOO_COSTLY");
  });
});
