import { describe, expect, it } from "vitest";
import { plaintext, plaintextFamily } from "../../lib/hashes/plaintext.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal } from "./refusal.ts";

// passlib lets the empty password match an empty column. Here an empty column is an account without a password.
describeFamily(plaintextFamily, { exception: (vector) => (vector.hash === "" ? "refused" : undefined) });

describe("plaintext", () => {
  it("takes only rows that name it, and never what no other format claims", () => {
    expect(plaintext().recognizes({ encoded: "password" })).toBe(false);
    expect(plaintext().recognizes({ encoded: "password", format: "plaintext" })).toBe(true);
    expect(plaintext().takesTheRest).toBeUndefined();
  });

  it.each(["!", "*LK*", "x", "NULL"])("refuses %s, the mark of a locked account", (mark) => {
    expect(refusal(plaintext(), mark).code).toBe("HASH_DAMAGED");
  });
});
