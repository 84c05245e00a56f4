import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { nthashMcf, nthashMcfFamily } from "../../lib/hashes/nthash-mcf.ts";
import { describeFamily } from "./family-suite.ts";
import { verdict } from "./refusal.ts";

describeFamily(nthashMcfFamily);

/** "\u00fc" by passlib, which reads UTF-8, and by libxcrypt, which widens the two bytes. */
const decoded = "$3$$8bd6e4fb88e01009818749c5443ea712";

describe("nthash-mcf", () => {
  it("takes a password that is no UTF-8 byte by byte alone", async () => {
    const parsed = nthashMcf().parse({ encoded: "$3$$e1ae1bf327fbcc23730f7db73a56ac44" });
    expect(await parsed.verify(Secret.fromBytes(Uint8Array.of(0xa3)), new AbortController().signal)).toBe("match");
    expect(await verdict(nthashMcf(), decoded, "\u00fc")).toBe("match");
    expect(await verdict(nthashMcf(), decoded, "u")).toBe("mismatch");
  });
});
