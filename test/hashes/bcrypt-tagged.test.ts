import { createHash } from "node:crypto";
import { bcrypt as makeBcrypt } from "hash-wasm";
import { describe, expect, it } from "vitest";
import { bcryptTagged, bcryptTaggedFamily } from "../../lib/hashes/bcrypt-tagged.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(bcryptTaggedFamily);

const salt = Buffer.alloc(16, 7);
const hashOf = (password: string | Uint8Array) => makeBcrypt({ password, salt, costFactor: 4, outputType: "encoded" });
const version1 = "$bcrypt-sha256$2b,5$X1g1nh3g0v4h6970O68cxe$r/hyEtqJ0teqPEmfTLoZ83ciAI1Q74.";
const version2 = "$bcrypt-sha256$v=2,t=2b,r=5$E/e/2AOhqM5W/KJTFQzLce$WFPIZKtDDTriqWwlmRFfHiOTeheAZWe";

describe("bcryptTagged", () => {
  it.each([
    ["a variant that does not exist", version1.replace("2b", "2c")],
    ["a variant that passlib does not write", version1.replace("2b", "2")],
    ["a cost with a leading zero", version1.replace("2b,5", "2b,05")],
    ["version 3", version2.replace("v=2", "v=3")],
    ["version 2 of variant 2a", version2.replace("t=2b", "t=2a")],
    ["version 2 without its cost", version2.replace(",r=5", "")],
    ["a salt that is not in its alphabet", version2.replace("$E/e", "$E!e")],
    ["a pepper that is no text", "$2b$05$mrH4KCtJepMBYm6w0VR8Te246c3RsjmK2ErCT7x5CrAN9uxjoWtzK$\ud800"],
  ])("refuses %s", (_, encoded) => {
    expect(refusal(bcryptTagged(), encoded).code).toBe("HASH_DAMAGED");
  });

  it("takes Clerk's pepper with any character in it", async () => {
    const encoded = `${await hashOf("pw$Pfäffer")}$$Pfäffer`;
    expect(bcryptTagged().recognizes({ encoded })).toBe(true);
    expect(await verdict(bcryptTagged(), encoded, "pw")).toBe("match");
  });

  it("hashes the NUL bytes of Request Tracker's digest like any other", async () => {
    const digestOf = (text: string) => createHash("sha512").update(text).digest();
    const typed =
      Array.from({ length: 99 }, (_, index) => `pw${index}`).find((text) => digestOf(text).includes(0)) ?? "";
    const encoded = (await hashOf(digestOf(typed))).replace(/^\$2.\$04\$/, "!bcrypt!04!");
    expect(await verdict(bcryptTagged(), encoded, typed)).toBe("match");
    expect(await verdict(bcryptTagged(), encoded, `${typed}!`)).toBe("mismatch");
  });
});
