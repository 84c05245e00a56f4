import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { jenkins, jenkinsFamily } from "../../lib/hashes/jenkins.ts";
import { describeFamily } from "./family-suite.ts";
import { verdict } from "./refusal.ts";

describeFamily(jenkinsFamily);

describe("jenkins", () => {
  it("checks the old SHA-256 with the salt in braces, which it never claims by itself", async () => {
    const encoded = `abcdef:${createHash("sha256").update("pw{abcdef}").digest("hex")}`;
    expect(await verdict(jenkins(), encoded, "pw")).toBe("match");
    expect(await verdict(jenkins(), encoded, "pv")).toBe("mismatch");
    expect(jenkins().recognizes({ encoded })).toBe(false);
    expect(jenkins().recognizes({ encoded, format: "jenkins" })).toBe(true);
  });
});
