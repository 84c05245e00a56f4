import { createHash } from "node:crypto";
import { bcrypt as makeBcrypt } from "hash-wasm";
import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { bcryptWrapped, bcryptWrappedFamily } from "../../lib/hashes/bcrypt-wrapped.ts";
import { describeFamily } from "./family-suite.ts";
import { verdict } from "./refusal.ts";

describeFamily(bcryptWrappedFamily);

function hashOf(password: string): Promise<string> {
  return makeBcrypt({ password, salt: Buffer.alloc(16, 7), costFactor: 4, outputType: "encoded" });
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

describe("bcryptWrapped", () => {
  it("claims bare bcrypt strings once its settings say what was hashed", async () => {
    const encoded = await hashOf(md5("pw"));
    expect(bcryptWrapped().recognizes({ encoded })).toBe(false);
    expect(bcryptWrapped({ digest: "md5" }).recognizes({ encoded })).toBe(true);
    expect(bcryptWrapped({ digest: "md5", onlyNamed: true }).recognizes({ encoded })).toBe(false);
    expect(bcryptWrapped({ digest: "md5", onlyNamed: true, name: "old" }).recognizes({ encoded, format: "old" })).toBe(
      true,
    );
    expect(await verdict(bcryptWrapped({ digest: "md5" }), encoded, "pw")).toBe("match");
  });

  it("checks a salted hash inside, with the row's salt", async () => {
    const format = bcryptWrapped({ first: [{ digest: "md5" }], after: "salt", digest: "md5" });
    const row = { encoded: await hashOf(md5(`${md5("pw")}s4lt`)), salt: "s4lt" };
    const signal = new AbortController().signal;
    expect(await format.parse(row).verify(Secret.fromText("pw"), signal)).toBe("match");
    expect(await format.parse({ ...row, salt: "salt" }).verify(Secret.fromText("pw"), signal)).toBe("mismatch");
    expect(() => format.parse({ encoded: row.encoded })).toThrow("no salt beside the string");
    expect(format.decoy).toBeUndefined();
  });

  it("leaves passwords of up to 72 bytes as they are, as Symfony does", async () => {
    const symfony = bcryptWrapped({ onlyOver: 72, digest: "sha512", encoding: "base64" });
    expect(await verdict(symfony, await hashOf("short"), "short")).toBe("match");
    expect(await verdict(symfony, await hashOf("a".repeat(72)), "a".repeat(73))).toBe("mismatch");
  });

  it("counts a hash of a hash twice", async () => {
    const encoded = await hashOf("pw");
    const cost = (twice: boolean) => bcryptWrapped({ twice }).parse({ encoded }).costMs;
    expect(cost(true)).toBe(2 * cost(false));
  });

  it("has a decoy that it claims and that does not match", async () => {
    const format = bcryptWrapped({ digest: "sha256" });
    const decoy = format.decoy ?? { encoded: "" };
    expect(format.recognizes(decoy)).toBe(true);
    expect(await verdict(format, decoy.encoded, "any")).toBe("mismatch");
    expect(bcryptWrapped({ onlyNamed: true }).decoy?.format).toBe("bcrypt-wrapped");
  });

  it("reports what is wrong with its settings, each by its path", () => {
    const format = bcryptWrapped({ maxCost: 3, first: [{ truncate: 0 }], encoding: "hex" });
    expect(settingFaultsOf(format).map((fault) => fault.path)).toEqual(["maxCost", "first[0].truncate", "digest"]);
  });
});
