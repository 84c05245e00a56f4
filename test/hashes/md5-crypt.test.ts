import { describe, expect, it } from "vitest";
import { md5Crypt, md5CryptFamily } from "../../lib/hashes/md5-crypt.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal } from "./refusal.ts";

describeFamily(md5CryptFamily);

const decoy = md5Crypt().decoy?.encoded ?? "";

describe("md5-crypt", () => {
  it("leaves LDAP's salted MD5 and Kratos's bare MD5 to others", () => {
    expect(md5Crypt().recognizes({ encoded: "{SMD5}jNoSMNY0cybfuBWiaGlFw3Mfi/U=" })).toBe(false);
    expect(md5Crypt().recognizes({ encoded: "$md5$pf=e1NBTFR9e1BBU1NXT1JEfQ==$MTIz$bOcb" })).toBe(false);
    expect(md5Crypt().recognizes({ encoded: "{smd5}s8/xSJ/v$uGam4GB8hOjTLQqvBfxJ2/" })).toBe(true);
  });

  it("takes a word with a key in its middle for DokuWiki's only where the row says so", () => {
    const encoded = "0e0e971610365b839Ia99adca9f5dabe1c";
    expect(md5Crypt().recognizes({ encoded })).toBe(false);
    expect(md5Crypt().recognizes({ encoded, format: "md5-crypt" })).toBe(true);
  });

  it.each([
    ["a salt of nine characters", decoy.replace("$apr1$", "$apr1$x")],
    ["a digest that is cut", decoy.slice(0, -1)],
    ["a dollar sign behind the digest", `${decoy}$`],
    ["base64 of fewer than 16 bytes", "{APR1}AAAA"],
    ["what is no base64", "{APR1}****************************"],
  ])("refuses %s", (_, encoded) => {
    expect(refusal(md5Crypt(), encoded).code).toBe("HASH_DAMAGED");
  });
});
