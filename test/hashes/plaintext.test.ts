import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { plaintext, plaintextFamily } from "../../lib/hashes/plaintext.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal } from "./refusal.ts";

// An empty column is the empty password, as in passlib; no sign-in has that one.
describeFamily(plaintextFamily, { emptyIsPassword: true });

describe("plaintext", () => {
  it("takes only rows that name it, and never what no other format claims", () => {
    expect(plaintext().recognizes({ encoded: "password" })).toBe(false);
    expect(plaintext().recognizes({ encoded: "password", format: "plaintext" })).toBe(true);
    expect(plaintext().takesTheRest).toBeUndefined();
  });

  it("takes no other password than the empty one for an empty column", async () => {
    const parsed = plaintext().parse({ encoded: "", format: "plaintext" });
    for (const password of ["x", " ", "\0", "NULL"]) {
      expect(await parsed.verify(Secret.fromText(password), new AbortController().signal)).toBe("mismatch");
    }
  });

  it.each(["!", "*LK*", "x", "NULL"])("refuses %s, the mark of a locked account", (mark) => {
    expect(refusal(plaintext(), mark).code).toBe("HASH_DAMAGED");
  });
});
