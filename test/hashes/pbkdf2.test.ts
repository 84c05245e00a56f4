import { pbkdf2Sync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { pbkdf2, pbkdf2Family } from "../../lib/hashes/pbkdf2.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

// Among them Ory Kratos' sha224 and sha384, which are really SHA-3.
describeFamily(pbkdf2Family);

const key32 = Buffer.alloc(32, 7).toString("base64");
const bareKey32 = key32.replace("=", "");

describe("pbkdf2", () => {
  // From passwap's test values: the same bytes in passlib's alphabet and in padded standard base64.
  it.each([
    "cmFuZG9tc2FsdGlzaGFyZA$OFvEcLOIPFd/oq8egf10i.qJLI7A8nDjPLnolCWarQY",
    "cmFuZG9tc2FsdGlzaGFyZA==$OFvEcLOIPFd/oq8egf10i+qJLI7A8nDjPLnolCWarQY=",
  ])("reads passlib's layout in either alphabet: %s", async (rest) => {
    expect(await verdict(pbkdf2(), `$pbkdf2-sha256$12$${rest}`, "password")).toBe("match");
  });

  it.each([
    ["pbkdf2_sha256$3000001$salt$", "pbkdf2-sha256: 3000001 iterations, allowed 1 to 3000000"],
    ["$pbkdf2-sha256$99999999$c2FsdA$", "pbkdf2-sha256: 99999999 iterations, allowed 1 to 3000000"],
    ["$pbkdf2-sha256$i=3000001$c2FsdA$", "pbkdf2-sha256: 3000001 iterations, allowed 1 to 3000000"],
    ["$pbkdf2$f=SHA256,w=3000001,l=32$c2FsdA$", "pbkdf2-sha256: 3000001 iterations, allowed 1 to 3000000"],
  ])("refuses %s: too many iterations", (start, message) => {
    const key = start.startsWith("$") ? bareKey32 : key32;
    expect(refusal(pbkdf2(), `${start}${key}`)).toEqual({ code: "HASH_TOO_COSTLY", message });
  });

  it("counts the iterations of each block of a long key", () => {
    const long = `$pbkdf2-sha256$i=1500001,l=64$c2FsdA$${Buffer.alloc(64, 7).toString("base64")}`;
    expect(refusal(pbkdf2(), long).message).toBe("pbkdf2-sha256: 1500001 iterations, allowed 1 to 1500000");
    const allowed = pbkdf2().parse({ encoded: long.replace("1500001", "1500000") });
    expect(Math.round(allowed.costMs)).toBe(1920);
  });

  it.each([
    ["a key of another length than the digest's", `$pbkdf2-sha512$1000$c2FsdA$${bareKey32}`],
    ["a key of another length than l", `$pbkdf2-sha256$i=1000,l=64$c2FsdA$${bareKey32}`],
    ["an empty key", "pbkdf2_sha256$1000$salt$"],
    ["an empty key of length 0", "$pbkdf2-sha256$i=1000,l=0$c2FsdA$"],
    ["base64 with garbage in it", `pbkdf2_sha256$1000$salt$!${key32}`],
    ["an unknown digest", `$pbkdf2-sha224$1000$c2FsdA$${bareKey32}`],
    ["no iterations", `$pbkdf2-sha256$$c2FsdA$${bareKey32}`],
  ])("refuses %s", (_, encoded) => {
    expect(refusal(pbkdf2(), encoded).code).toBe("HASH_DAMAGED");
  });

  it("leaves John the Ripper's and Clerk's look-alikes to others", () => {
    expect(pbkdf2().recognizes({ encoded: "$pbkdf2-hmac-sha1$1000.aa.bb" })).toBe(false);
    expect(pbkdf2().recognizes({ encoded: "pbkdf2_sha512$1000$salt$aa" })).toBe(false);
  });

  it("takes as many iterations as its setting allows, and reports one that allows too many", () => {
    const encoded = `pbkdf2_sha256$5000000$salt$${key32}`;
    expect(pbkdf2({ maxIterations: 5_000_000 }).parse({ encoded }).costMs).toBeGreaterThan(3000);
    expect(settingFaultsOf(pbkdf2({ maxIterations: 10_000_001 })).map((fault) => fault.path)).toEqual([
      "maxIterations",
    ]);
  });

  it.each(["sha224", "sha384", "sha3-224", "sha3-384"])(
    "takes a key of %s, by SHA-2 and by Kratos' SHA-3",
    async (digest) => {
      const key = pbkdf2Sync("typed", "saltsalt", 1000, 32, digest).toString("base64").replace(/=+$/, "");
      const encoded = `$pbkdf2-${digest.replace("sha3-", "sha")}$i=1000,l=32$c2FsdHNhbHQ$${key}`;
      expect(await verdict(pbkdf2(), encoded, "typed")).toBe("match");
      expect(await verdict(pbkdf2(), encoded, "other")).toBe("mismatch");
      const oneDigest = pbkdf2().parse({ encoded: encoded.replace(/sha(224|384)/, "sha512") }).costMs;
      expect(pbkdf2().parse({ encoded }).costMs).toBeGreaterThan(oneDigest);
    },
  );
});

describe("pbkdf2 with Clerk's dialect", () => {
  const clerk = pbkdf2({ dialect: "clerk" });
  const salt = Buffer.from("0123456789abcdef");
  const derive = (digest: string, from: string | Buffer, length: number) =>
    pbkdf2Sync("typed", from, 1000, length, digest);
  const hexSalt = salt.toString("hex");

  it.each([
    [
      "sha256, base64 salt",
      `pbkdf2_sha256$1000$${salt.toString("base64")}$${derive("sha256", salt, 32).toString("base64")}`,
    ],
    ["sha512, text salt", `pbkdf2_sha512$1000$${hexSalt}$${derive("sha512", hexSalt, 64).toString("hex")}`],
    ["sha512_hex, hexadecimal salt", `pbkdf2_sha512_hex$1000$${hexSalt}$${derive("sha512", salt, 64).toString("hex")}`],
    ["sha1, hexadecimal salt", `pbkdf2_sha1$1000$${hexSalt}$${derive("sha1", salt, 20).toString("hex")}`],
    ["sha1, text salt", `pbkdf2_sha1$1000$grain$${derive("sha1", "grain", 20).toString("hex")}`],
    ["sha1, length", `pbkdf2_sha1$1000$grain$${derive("sha1", "grain", 32).toString("hex")}$32`],
  ])("reads %s", async (_, encoded) => {
    expect(clerk.recognizes({ encoded })).toBe(true);
    expect(await verdict(clerk, encoded, "typed")).toBe("match");
    expect(await verdict(clerk, encoded, "other")).toBe("mismatch");
  });

  it("refuses a salt that is not in its encoding, and a key of another length than it says", () => {
    expect(refusal(clerk, `pbkdf2_sha256$1000$no base64$${key32}`).code).toBe("HASH_DAMAGED");
    expect(refusal(clerk, `pbkdf2_sha512_hex$1000$grain$${"ab".repeat(64)}`).code).toBe("HASH_DAMAGED");
    expect(refusal(clerk, `pbkdf2_sha1$1000$grain$${"ab".repeat(20)}$32`).code).toBe("HASH_DAMAGED");
  });

  it("takes Django's strings for what they are without the setting", async () => {
    const encoded = `pbkdf2_sha256$1000$c2FsdHNhbHQ=$${derive("sha256", "c2FsdHNhbHQ=", 32).toString("base64")}`;
    expect(await verdict(pbkdf2(), encoded, "typed")).toBe("match");
    expect(await verdict(clerk, encoded, "typed")).toBe("mismatch");
  });

  it("reports an unknown dialect", () => {
    const unknown: unknown = "rails";
    const faults = settingFaultsOf(pbkdf2({ dialect: unknown as "clerk" }));
    expect(faults.map((fault) => fault.path)).toEqual(["dialect"]);
  });
});
