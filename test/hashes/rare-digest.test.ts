import { describe, expect, it } from "vitest";
import { rareDigest, rareDigestFamily } from "../../lib/hashes/rare-digest.ts";
import { describeFamily } from "./family-suite.ts";
import { verdict } from "./refusal.ts";

describeFamily(rareDigestFamily, { factory: () => rareDigest({ expression: "whirlpool(md4(utf16le($pass)))" }) });

describe("rareDigest", () => {
  it("takes Streebog in either byte order: the standard's numbers, and what OpenSSL and PHP write", async () => {
    const numbers = "57e9e50caec93d72e9498c211d6dc4f4d328248b48ecf46ba7abfa874f666e36";
    const bytes = Buffer.from(numbers, "hex").reverse().toString("hex");
    const format = rareDigest({ algorithm: "streebog256" });
    expect(await verdict(format, numbers, "hashcat")).toBe("match");
    expect(await verdict(format, bytes, "hashcat")).toBe("match");
  });

  it("takes no UTF-16 of bytes that are no UTF-8", async () => {
    const format = rareDigest({ expression: "md4(utf16le($pass))" });
    expect(await verdict(format, "8846f7eaee8fb117ad06bdd830b7586c", "password")).toBe("match");
    expect(await verdict(format, "8846f7eaee8fb117ad06bdd830b7586c", "密码")).toBe("mismatch");
  });
});
