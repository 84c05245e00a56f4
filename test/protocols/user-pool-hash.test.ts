import { describe, expect, it } from "vitest";
import { poolHashOf } from "../../lib/protocols/user-pool-hash.ts";

const bcrypt = "$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6";
const argon2id = "$argon2id$v=19$m=19456,t=2,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA";
const scrypt =
  "65536$8$1$304dbaef7c5e828dc19c98f0600d18fe$4f69c498c12cd102d057356facf8d77e8d42407090491ea32c5b038f5a18c099";
const pbkdf2 = "$pbkdf2-sha256$600000$1XZlmwLQ2hhM3JYuCPiArQ$Pfheg9Zi/v5lXU4yyLA0WFUYEd/rlaVbzrM9oMD6IrA";

describe("a hash for the pool", () => {
  // The four examples of the developer guide.
  it.each([
    ["bcrypt", "BCRYPT", bcrypt],
    ["argon2", "ARGON2ID", argon2id],
    ["scrypt", "SCRYPT", scrypt],
    ["pbkdf2", "PBKDF2_SHA256", pbkdf2],
  ])("is the stored %s string, unchanged, where the pool has the same form", (format, algorithm, encoded) => {
    expect(poolHashOf({ encoded }, format)).toEqual({ algorithm, encoded });
    expect(poolHashOf({ encoded, username: "ann" }, format)).toEqual({ algorithm, encoded });
  });

  it("is written anew from the PHC strings of scrypt and PBKDF2, which the pool does not know", () => {
    const salt = Buffer.from("304dbaef7c5e828dc19c98f0600d18fe", "hex").toString("base64").replace(/=+$/, "");
    const key = Buffer.from(scrypt.slice(-64), "hex").toString("base64").replace(/=+$/, "");
    expect(poolHashOf({ encoded: `$scrypt$ln=16,r=8,p=1$${salt}$${key}` }, "scrypt")?.encoded).toBe(scrypt);
    const phc = "$pbkdf2-sha256$i=600000,l=32$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA";
    expect(poolHashOf({ encoded: phc }, "pbkdf2")?.encoded).toBe(
      "$pbkdf2-sha256$600000$ko/G5o1ms.ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN.MBmpwc3emi5VA",
    );
  });

  it.each([
    ["over the pool's cost", "bcrypt", bcrypt.replace("$10$", "$13$")],
    ["over the pool's memory", "argon2", argon2id.replace("m=19456", "m=65536")],
    ["over the pool's passes", "argon2", argon2id.replace("t=2", "t=3")],
    ["over the pool's N", "scrypt", scrypt.replace("65536", "131072")],
    ["over the pool's iterations", "pbkdf2", pbkdf2.replace("600000", "600001")],
    ["with a cost that is no number", "scrypt", scrypt.replace("65536", "065536")],
    ["of a variant that the pool may read otherwise", "bcrypt", bcrypt.replace("$2b$", "$2x$")],
    ["of Argon2i", "argon2", argon2id.replace("argon2id", "argon2i")],
    ["of Argon2's older version", "argon2", argon2id.replace("v=19", "v=16")],
    ["with a key beside it", "argon2", argon2id.replace("p=1", "p=1,keyid=AA")],
    ["behind a prefix", "bcrypt", `bcrypt$${bcrypt}`],
    ["of another digest", "pbkdf2", pbkdf2.replace("sha256", "sha512")],
    ["of Django's layout", "pbkdf2", "pbkdf2_sha256$600000$salt$Pfheg9Zi/v5lXU4yyLA0WFUYEd/rlaVbzrM9oMD6IrA="],
    ["that is cut", "pbkdf2", pbkdf2.slice(0, -1)],
    ["of another family", "bcrypt-wrapped", bcrypt],
    ["of the other format's form", "argon2", bcrypt],
    ["followed by a line break", "bcrypt", `${bcrypt}\n`],
  ])("is none for a string %s (%s)", (_, format, encoded) => {
    expect(poolHashOf({ encoded }, format)).toBeUndefined();
  });

  it("is none where the string does not say it all", () => {
    expect(poolHashOf({ encoded: bcrypt, salt: "x" }, "bcrypt")).toBeUndefined();
    expect(poolHashOf({ encoded: bcrypt, params: { pepper: 1 } }, "bcrypt")).toBeUndefined();
  });
});
