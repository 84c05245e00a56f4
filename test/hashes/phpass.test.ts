import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { bcrypt } from "../../lib/hashes/bcrypt.ts";
import { phpass, phpassFamily } from "../../lib/hashes/phpass.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(phpassFamily);

const decoy = phpass().decoy?.encoded ?? "";

describe("phpass", () => {
  it("reads the rounds from one character: J is 21", () => {
    expect(refusal(phpass(), decoy.replace("$P$B", "$P$J"))).toEqual({
      code: "HASH_TOO_COSTLY",
      message: "phpass: 21 as log2 of the rounds, allowed 7 to 18",
    });
    const allowed = phpass({ maxLog2Rounds: 21 }).parse({ encoded: decoy.replace("$P$B", "$P$J") });
    expect(allowed.costMs).toBeGreaterThan(400);
  });

  it.each([
    ["fewer rounds than phpass writes", decoy.replace("$P$B", "$P$4")],
    ["a digest that is cut", decoy.slice(0, -1)],
    ["a digest that goes on", `${decoy}.`],
    ["a line end behind the digest", `${decoy}\n`],
  ])("refuses %s", (_, encoded) => {
    expect(refusal(phpass(), encoded).code).toBe("HASH_DAMAGED");
  });

  it("leaves Drupal's $S$ to others", () => {
    expect(phpass().recognizes({ encoded: decoy.replace("$P$", "$S$") })).toBe(false);
  });

  it("leaves what TYPO3 made of clear passwords as it is behind its C", async () => {
    // "Larch-Teapot-41" by the formula.
    const encoded = "$P$B2KuwFBOD2LBkUpM7gdFy6Z3iR600d0";
    expect(await verdict(phpass(), encoded, "Larch-Teapot-41")).toBe("match");
    expect(phpass().recognizes({ encoded: `C${encoded}` })).toBe(true);
    expect(await verdict(phpass(), `C${encoded}`, "Larch-Teapot-41")).toBe("match");
    expect(await verdict(phpass(), `M${encoded}`, "Larch-Teapot-41")).toBe("mismatch");
  });

  it("hands the second half of phpBB's combined hashes to the format that is set for them", async () => {
    const encoded = "$H\\2y$9k3Zq0x/P$04\\abcdefghijklmnopqrstuu$cteyWf6yu5UXTOk8xA31kNex8zyCpdq";
    expect(phpass().recognizes({ encoded })).toBe(true);
    expect(refusal(phpass(), encoded).code).toBe("HASH_UNKNOWN");
    const combined = phpass({ combined: bcrypt() });
    expect(await verdict(combined, encoded, "Larch-Teapot-41")).toBe("match");
    expect(await verdict(combined, encoded, "Larch-Teapot-42")).toBe("mismatch");
    expect(refusal(combined, encoded.replace("$04", "$15")).code).toBe("HASH_TOO_COSTLY");
  });

  it("needs the user name for SMF's hashes, and takes phpBB 2's in windows-1252 or UTF-8", async () => {
    expect(refusal(phpass(), "$CP$1d06eac02166e7f6ce9b215d64ceca079bf757a7").code).toBe("HASH_DAMAGED");
    expect(await verdict(phpass(), "$CP$b5cf521bc0886c5bc3ed7a9bb57a9937", "10 \u20ac \u00fc")).toBe("match");
    expect(await verdict(phpass(), "$CP$f14dbed835bf5d7b9bc6e33af6bc2c49", "10 \u20ac \u00fc")).toBe("match");
    expect(await verdict(phpass(), "$CP$f14dbed835bf5d7b9bc6e33af6bc2c49", "10 \u20ac \u00fd")).toBe("mismatch");
  });

  it("reports a bound out of range", () => {
    expect(settingFaultsOf(phpass({ maxLog2Rounds: 30 })).map((fault) => fault.path)).toEqual(["maxLog2Rounds"]);
  });
});
