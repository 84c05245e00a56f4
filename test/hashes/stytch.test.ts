import { describe, expect, it } from "vitest";
import { stytch, stytchFamily } from "../../lib/hashes/stytch.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal } from "./refusal.ts";

describeFamily(stytchFamily);

const scrypt_config = { salt: "c2FsdA==", n_parameter: 1024, r_parameter: 8, p_parameter: 1, key_length: 32 };
const key = Buffer.alloc(32, 1).toString("base64");

describe("stytch", () => {
  it.each([
    ["an unknown hash type", { hash_type: "rot_13", hash: key }],
    ["scrypt without its parameters", { hash_type: "scrypt", hash: key }],
    ["a key of another length than named", { hash_type: "scrypt", hash: "AAAA", scrypt_config }],
    ["a digest of another length", { hash_type: "md_5", hash: key }],
    ["a salt that is no text", { hash_type: "md_5", hash: "0".repeat(32), md_5_config: { prepend_salt: 1 } }],
  ])("refuses %s", (_, body) => {
    expect(refusal(stytch(), JSON.stringify(body)).code).toBe("HASH_DAMAGED");
  });

  it("refuses more memory than its bounds", () => {
    const body = { hash_type: "scrypt", hash: key, scrypt_config: { ...scrypt_config, n_parameter: 2 ** 24 } };
    expect(refusal(stytch(), JSON.stringify(body)).code).toBe("HASH_TOO_COSTLY");
  });
});
