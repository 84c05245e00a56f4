import { createHash, pbkdf2Sync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { deriveArgon2 } from "../../lib/algorithms/argon2-short-salt.ts";
import { Secret } from "../../lib/core/secret.ts";
import type { StoredPassword } from "../../lib/core/user.ts";
import { gitea, giteaFamily } from "../../lib/hashes/gitea.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(giteaFamily);

const signal = new AbortController().signal;
const check = (row: StoredPassword) => gitea().parse(row).verify(Secret.fromText("pw"), signal);
const row = (encoded: Uint8Array, salt: string, algorithm?: string): StoredPassword => ({
  format: "gitea",
  encoded: Buffer.from(encoded).toString("hex"),
  salt,
  ...(algorithm === undefined ? {} : { params: { passwd_hash_algo: algorithm } }),
});

describe("gitea", () => {
  it("takes a salt of ten characters as it stands, and any other as hex", async () => {
    const key = (salt: Uint8Array) => pbkdf2Sync("pw", salt, 10_000, 50, "sha256");
    expect(await check(row(key(Buffer.from("abcdef0123")), "abcdef0123", "pbkdf2$10000$50"))).toBe("match");
    expect(await check(row(key(Buffer.from("abcdef01", "hex")), "abcdef01", "pbkdf2$10000$50"))).toBe("match");
    expect(() => gitea().parse(row(key(Buffer.from("x")), "xyz", "pbkdf2"))).toThrow("neither ten characters nor hex");
  });

  it("takes 10,000 rounds of PBKDF2 for the bare name and for a row without one", async () => {
    const key = pbkdf2Sync("pw", "abcdef0123", 10_000, 50, "sha256");
    expect(await check(row(key, "abcdef0123", "pbkdf2"))).toBe("match");
    expect(await check(row(key, "abcdef0123"))).toBe("match");
  });

  it("takes Argon2 with a salt of 4 bytes", async () => {
    const salt = createHash("md5").update("salt").digest().subarray(0, 4);
    const texts = { message: Buffer.from("pw"), salt, secret: undefined, data: new Uint8Array() };
    const size = { parallelism: 2, memory: 64, passes: 1, tagBytes: 50 };
    const key = await deriveArgon2({ variant: "argon2id", version: 19, ...texts, ...size, signal });
    expect(await check(row(key, salt.toString("hex"), "argon2$1$64$2$50"))).toBe("match");
    expect(await check(row(key, "00000000", "argon2$1$64$2$50"))).toBe("mismatch");
  });

  it.each(["bcrypt$10", "argon2$2$65536$50", "md5", "constructor"])("refuses the algorithm %s", (algorithm) => {
    const format = () => gitea().parse(row(Buffer.alloc(50, 1), "abcdef0123", algorithm));
    expect(format).toThrow(expect.objectContaining({ name: "MigrationError" }));
  });

  it("claims no bare digest, and refuses one without its salt", () => {
    const { encoded } = row(Buffer.alloc(50, 1), "");
    expect(gitea().recognizes({ encoded })).toBe(false);
    expect(() => gitea().parse({ format: "gitea", encoded })).toThrow("no salt beside the string");
  });
});
