import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { scram, scramFamily } from "../../lib/hashes/scram.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(scramFamily);

/** What PostgreSQL keeps for these bytes, which it has prepared or not. */
function verifier(prepared: string): string {
  const salted = pbkdf2Sync(prepared, "saltsaltsaltsalt", 4096, 32, "sha256");
  const keyed = (label: string) => createHmac("sha256", salted).update(label).digest();
  const stored = createHash("sha256").update(keyed("Client Key")).digest("base64");
  const salt = Buffer.from("saltsaltsaltsalt").toString("base64");
  return `SCRAM-SHA-256$4096:${salt}$${stored}:${keyed("Server Key").toString("base64")}`;
}

describe("scram", () => {
  it.each([
    ["a soft hyphen is nothing", "I\u00adX", "IX"],
    ["a space that is not ASCII is a space", "a\u3000b", "a b"],
    ["NFKC", "\u2168\u00aa", "IXa"],
    ["a control character prohibits the profile, and the bytes are hashed as they are", "\u2168\u0007", "\u2168\u0007"],
    ["mixed directions do too", "\u0627\u2168", "\u0627\u2168"],
    ["a character that Unicode 3.2 had not does too", "\u2168\u{1f511}", "\u2168\u{1f511}"],
  ])("prepares the password: %s", async (_, typed, hashed) => {
    expect(await verdict(scram(), verifier(hashed), typed)).toBe("match");
    expect(await verdict(scram(), verifier(hashed), `${typed}.`)).toBe("mismatch");
  });

  it("does not prepare a password that the profile prohibits", async () => {
    expect(await verdict(scram(), verifier("IX\u0007"), "\u2168\u0007")).toBe("mismatch");
  });

  it("counts the time of both readings", () => {
    const parsed = scram().parse({ encoded: verifier("x").replace("4096", "100000") });
    expect(Math.round(parsed.costMs)).toBe(128);
  });

  it("refuses keys of different lengths, even where their sum is right", () => {
    const [stored, server] = [Buffer.alloc(33, 1).toString("base64"), Buffer.alloc(31, 1).toString("base64")];
    expect(refusal(scram(), `SCRAM-SHA-256$4096:c2FsdA==$${stored}:${server}`).code).toBe("HASH_DAMAGED");
  });

  it("prefers SHA-256 among passlib's digests, and wants SHA-1 to be there", () => {
    const sha1 = "sha-1=HZbuOlKbWl.eR8AfIposuKbhX30";
    const sha256 = "sha-256=qXUXrlcvnaxxWG00DdRgVioR2gnUpuX5r.3EZ1rdhVY";
    expect(refusal(scram(), `$scram$4096$QSXCR.Q6sek8bf92$${sha256}`).message).toContain("sha-1 always");
    expect(refusal(scram(), `$scram$4096$QSXCR.Q6sek8bf92$${sha1},${sha1}`).message).toContain("each once");
    const both = scram().parse({ encoded: `$scram$4096$QSXCR.Q6sek8bf92$${sha1},${sha256}` });
    expect(both.costMs).toBeCloseTo(2 * 4096 * 0.00064);
  });
});
