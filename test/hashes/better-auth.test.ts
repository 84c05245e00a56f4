import { scryptSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { betterAuth, betterAuthFamily } from "../../lib/hashes/better-auth.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(betterAuthFamily);

const keyOf = (salt: string, r: number) =>
  scryptSync("finale", salt, 64, { N: 16384, r, p: 1, maxmem: 2 ** 26 }).toString("hex");

describe("betterAuth", () => {
  it("takes r = 8 for Lucia 1, whose salts are no 32 digits of hex and have no s2: before them", async () => {
    const encoded = `k2nxg5v0q1w3e4r5:${keyOf("k2nxg5v0q1w3e4r5", 8)}`;
    expect(await verdict(betterAuth(), encoded, "ﬁnale")).toBe("match");
    expect(await verdict(betterAuth(), `s2:${encoded}`, "ﬁnale")).toBe("mismatch");
  });

  it("claims strings with s2: alone", () => {
    const encoded = `621b1e6bc7fb82ddb2e64b06a01f238e:${keyOf("621b1e6bc7fb82ddb2e64b06a01f238e", 16)}`;
    expect(betterAuth().recognizes({ encoded })).toBe(false);
    expect(betterAuth().recognizes({ encoded: `s2:${encoded}` })).toBe(true);
    expect(refusal(betterAuth(), encoded.slice(0, -2)).code).toBe("HASH_DAMAGED");
  });
});
