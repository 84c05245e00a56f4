import { createHash, scryptSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { scryptColumns, scryptColumnsFamily } from "../../lib/hashes/scrypt-columns.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(scryptColumnsFamily);

const signal = new AbortController().signal;
const key = scryptSync("pw", Buffer.from([1, 2, 0xfb, 0xff]), 32, { N: 1024, r: 8, p: 1 });

describe("scryptColumns", () => {
  it.each(["hex", "base64", "base64url"] as const)("reads key and salt in %s", async (encoding) => {
    const format = scryptColumns({ n: 1024, r: 8, p: 1, encoding, salt: encoding });
    const text = (bytes: Uint8Array) => Buffer.from(bytes).toString(encoding);
    const stored = { encoded: text(key), salt: text(Buffer.from([1, 2, 0xfb, 0xff])) };
    expect(await format.parse(stored).verify(Secret.fromText("pw"), signal)).toBe("match");
  });

  it("takes the row's costs before its own, and refuses a row without any", () => {
    const stored = { encoded: key.toString("hex"), salt: "s" };
    const cost = (n: number) => scryptColumns({ n: 1024, r: 8, p: 1 }).parse({ ...stored, params: { n } }).costMs;
    expect(cost(4096)).toBe(4 * cost(1024));
    expect(() => scryptColumns({ r: 8, p: 1 }).parse(stored)).toThrow("no whole number n");
    expect(() => scryptColumns({ n: 1024, r: 8, p: 1 }).parse({ encoded: stored.encoded })).toThrow("no salt");
  });

  it("checks an older hash inside", async () => {
    const inner = createHash("md5").update("pw").digest("hex");
    const encoded = scryptSync(inner, "s", 32, { N: 1024, r: 8, p: 1 }).toString("hex");
    const format = scryptColumns({ n: 1024, r: 8, p: 1, prepare: [{ digest: "md5" }] });
    expect(await format.parse({ encoded, salt: "s" }).verify(Secret.fromText("pw"), signal)).toBe("match");
  });

  it("claims rows that name it alone", () => {
    const stored = { encoded: key.toString("hex"), salt: "s" };
    expect(scryptColumns().recognizes(stored)).toBe(false);
    expect(scryptColumns({ name: "mine" }).recognizes({ ...stored, format: "mine" })).toBe(true);
  });

  it("reports wrong settings by their paths", () => {
    const format = scryptColumns({ n: 1.5, keyBytes: 0, prepare: [{ truncate: 0 }] });
    expect(settingFaultsOf(format).map((fault) => fault.path)).toEqual(["prepare[0].truncate", "n", "keyBytes"]);
  });
});
