import { pbkdf2Sync } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { SecretRef } from "../../lib/core/ports.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { springPbkdf2, springPbkdf2Family } from "../../lib/hashes/spring-pbkdf2.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(springPbkdf2Family);

const secret: SecretRef = {
  name: "samekey/spring",
  read: async () => "encoder's secret",
  refresh: async () => "encoder's secret",
};

describe("spring-pbkdf2", () => {
  it("puts the secret behind the salt, read when the first hash is checked", async () => {
    const salt = Buffer.from("saltsaltsaltsalt");
    const key = pbkdf2Sync("typed", Buffer.concat([salt, Buffer.from("encoder's secret")]), 100, 32, "sha256");
    const encoded = Buffer.concat([salt, key]).toString("hex");
    expect(await verdict(springPbkdf2({ iterations: 100, secret }), encoded, "typed")).toBe("match");
    expect(await verdict(springPbkdf2({ iterations: 100 }), encoded, "typed")).toBe("mismatch");
  });

  it("refuses a string of another length than its settings say", () => {
    expect(refusal(springPbkdf2(), "ab".repeat(40)).message).toContain("allowed 48");
  });

  it("reports wrong settings all at once", () => {
    const faults = settingFaultsOf(springPbkdf2({ iterations: 0, saltLength: -1, hashWidth: 64, maxIterations: 1 }));
    expect(faults.map((fault) => fault.path)).toEqual(["iterations", "saltLength", "hashWidth", "maxIterations"]);
  });

  it("has a decoy of its settings' cost", () => {
    const format = springPbkdf2({ iterations: 185_000, saltLength: 8, encoding: "base64" });
    expect(format.parse(format.decoy ?? { encoded: "" }).costMs).toBeCloseTo(185_000 * 0.00064);
  });
});
