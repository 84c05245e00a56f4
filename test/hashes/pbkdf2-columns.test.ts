import { describe, expect, it } from "vitest";
import { MigrationError } from "../../lib/core/errors.ts";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { pbkdf2Columns, pbkdf2ColumnsFamily } from "../../lib/hashes/pbkdf2-columns.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(pbkdf2ColumnsFamily);

/** RFC 6070, 4,096 iterations of SHA-1. */
const row = { format: "pbkdf2-columns", encoded: "4b007901b765489abead49d926f721d065a429c1", salt: "salt" };

describe("pbkdf2-columns", () => {
  const verify = (stored: Parameters<ReturnType<typeof pbkdf2Columns>["parse"]>[0], iterations?: number) => {
    const format = pbkdf2Columns({ digest: "sha1", ...(iterations === undefined ? {} : { iterations }) });
    return format.parse(stored).verify(Secret.fromText("password"), new AbortController().signal);
  };

  it("prefers the iterations of the row to those of the settings", async () => {
    expect(await verify(row, 4096)).toBe("match");
    expect(await verify(row, 2)).toBe("mismatch");
    expect(await verify({ ...row, params: { iterations: 4096 } }, 2)).toBe("match");
    expect(await verify({ ...row, params: { iterations: "4096" } })).toBe("match");
  });

  it.each([
    ["no iterations anywhere", row],
    ["iterations that are no whole number", { ...row, params: { iterations: 1.5 } }],
    ["iterations with an exponent", { ...row, params: { iterations: "1e3" } }],
    ["no salt", { format: row.format, encoded: row.encoded, params: { iterations: 4096 } }],
  ])("refuses a row with %s", (_, stored) => {
    expect(() => pbkdf2Columns({ digest: "sha1" }).parse(stored)).toThrow(MigrationError);
  });

  it("reads the salt as its setting says", async () => {
    const format = pbkdf2Columns({ digest: "sha1", iterations: 4096, keyLength: 20, salt: { encoding: "hex" } });
    const parsed = format.parse({ ...row, salt: Buffer.from("salt").toString("hex") });
    expect(await parsed.verify(Secret.fromText("password"), new AbortController().signal)).toBe("match");
    expect(() => format.parse(row)).toThrow("bytes of salt");
  });

  it("claims no bare key by itself", () => {
    expect(pbkdf2Columns().recognizes({ encoded: row.encoded, salt: row.salt })).toBe(false);
    expect(pbkdf2Columns().recognizes(row)).toBe(true);
  });

  it("reports wrong settings all at once", () => {
    const faults = settingFaultsOf(pbkdf2Columns({ iterations: 0, keyLength: 8, maxIterations: 1 }));
    expect(faults.map((fault) => fault.path)).toEqual(["iterations", "keyLength", "maxIterations"]);
  });

  it("has a decoy that costs what a user's key costs, where the settings tell", () => {
    const format = pbkdf2Columns({ digest: "sha1", iterations: 4096, keyLength: 20, salt: { encoding: "base64" } });
    const parsed = format.parse(format.decoy ?? { encoded: "" });
    expect(parsed.costMs).toBe(format.parse({ ...row, salt: "c2FsdA==" }).costMs);
    expect(pbkdf2Columns().decoy).toBeUndefined();
  });
});
