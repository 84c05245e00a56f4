import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { type WindowsSettings, windows, windowsFamily } from "../../lib/hashes/windows.ts";
import { describeFamily } from "./family-suite.ts";
import { verdict } from "./refusal.ts";

describeFamily(windowsFamily);

describe("windows", () => {
  it("cuts a password behind 14 characters for an LM hash, and knows no capitals", async () => {
    const lm = windows({ scheme: "lmhash" });
    const stored = "2bafdbe4b9fd6e070c5fc6cd9dfaac37";
    expect(await verdict(lm, stored, "mixed14charsxx and more")).toBe("match");
    expect(await verdict(lm, stored, "mixed14charsx")).toBe("mismatch");
  });

  it("matches nothing that the machine could not have taken", async () => {
    const lm = windows({ scheme: "lmhash" });
    expect(await verdict(lm, "aad3b435b51404eeaad3b435b51404ee", "密码")).toBe("mismatch");
    const nt = windows().parse({ encoded: "31d6cfe0d16ae931b73c59d7e0c089c0" });
    expect(await nt.verify(Secret.fromBytes(Uint8Array.of(0xff)), new AbortController().signal)).toBe("mismatch");
    expect(await nt.verify(Secret.fromText(""), new AbortController().signal)).toBe("match");
  });

  it.each(["msdcc", "msdcc2"] as const)("refuses a row of %s without a user name", (scheme) => {
    const encoded = "b1176c2587478785ec1037e5abc916d0";
    expect(() => windows({ scheme }).parse({ encoded })).toThrow("user name");
  });

  it("reports wrong settings", () => {
    const wrong: unknown = { scheme: "ntlmv2", passwordCharset: "ebcdic", iterations: 0 };
    const faults = settingFaultsOf(windows(wrong as WindowsSettings));
    expect(faults.map((fault) => fault.path)).toEqual(["scheme", "passwordCharset", "iterations"]);
  });
});
