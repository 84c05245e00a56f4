import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { shiro1, shiro1Family } from "../../lib/hashes/shiro1.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(shiro1Family);

describe("shiro1", () => {
  it("puts the private salt before the salt", async () => {
    // sha256("private" . "saltsalt" . "typed"), once.
    const encoded = "$shiro1$SHA-256$1$c2FsdHNhbHQ=$4cF++vaU4GHufrftN2MblglBY60PTQQ+w6ChT7iM7rM=";
    expect(await verdict(shiro1({ privateSalt: Secret.fromText("private") }), encoded, "typed")).toBe("match");
    expect(await verdict(shiro1(), encoded, "typed")).toBe("mismatch");
  });

  it("refuses more rounds than allowed", () => {
    const encoded = shiro1().decoy?.encoded.replace("$500000$", "$1000001$") ?? "";
    expect(refusal(shiro1(), encoded).code).toBe("HASH_TOO_COSTLY");
    expect(shiro1({ maxRounds: 2_000_000 }).parse({ encoded }).costMs).toBeGreaterThan(1000);
  });
});
