import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { scrypt, scryptFamily } from "../../lib/hashes/scrypt.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal } from "./refusal.ts";

describeFamily(scryptFamily);

const decoy = scrypt().decoy?.encoded ?? "";
const key64 = Buffer.alloc(64, 7).toString("base64");

describe("scrypt", () => {
  it("reads ln as log2 N below 64 and as N itself from 64 on", () => {
    const memory = (ln: string) => scrypt().parse({ encoded: decoy.replace("ln=14", ln) }).memoryBytes;
    expect(memory("ln=16384")).toBe(memory("ln=14"));
    expect(memory("n=16384")).toBe(memory("ln=14"));
    expect(refusal(scrypt(), decoy.replace("ln=14", "ln=63")).code).toBe("HASH_TOO_COSTLY");
  });

  it.each([
    ["more memory than 256 MiB", decoy.replace("ln=14", "ln=19")],
    ["more work than 2^22", decoy.replace("ln=14", "ln=17").replace("p=1", "p=5")],
    ["more blocks than 64", decoy.replace("r=8", "r=65")],
    ["more lanes than 64", decoy.replace("p=1", "p=65")],
    ["Django's with a large N", `scrypt$1073741824$salt$8$1$${key64}`],
    ["Werkzeug's with a large N", `scrypt:1073741824:8:1$salt$${"07".repeat(64)}`],
    ["django-scrypt's with a large N", `scrypt$salt$30$8$1$64$${key64}`],
  ])("refuses %s", (_, encoded) => {
    expect(refusal(scrypt(), encoded).code).toBe("HASH_TOO_COSTLY");
  });

  it.each([
    ["N and log2 N in one string", decoy.replace("ln=14", "ln=14,n=16384")],
    ["neither of them", decoy.replace("ln=14,", "")],
    ["N that is no power of two", decoy.replace("ln=14", "n=16383")],
    ["a key that is not as long as kl says", decoy.replace("p=1", "p=1,kl=64")],
    ["Django's with a short key", "scrypt$16384$salt$8$1$AAAA"],
    ["Werkzeug's with a key that is not hex", `scrypt:16384:8:1$salt$${"0g".repeat(64)}`],
    ["Werkzeug's with an empty key", "scrypt:16384:8:1$salt$"],
  ])("refuses %s", (_, encoded) => {
    expect(refusal(scrypt(), encoded).code).toBe("HASH_DAMAGED");
  });

  it("takes as much as its settings allow, and reports those that allow too much", () => {
    const wide = scrypt({ maxMemoryMiB: 512, maxWork: 16 });
    expect(wide.parse({ encoded: decoy.replace("ln=14", "ln=19") }).costMs).toBeGreaterThan(1000);
    const faults = settingFaultsOf(scrypt({ maxMemoryMiB: 1024, maxWork: 0 }));
    expect(faults.map((fault) => fault.path)).toEqual(["maxMemoryMiB", "maxWork"]);
  });
});
