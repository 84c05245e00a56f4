import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalIdentifier, identifierKind, maxIdentifierLength } from "../../lib/core/identifier.ts";

const insensitive = { usernameCase: "insensitive" } as const;
const sensitive = { usernameCase: "sensitive" } as const;
const canonical = (text: string, rules: typeof insensitive | typeof sensitive = insensitive) =>
  canonicalIdentifier(text, rules)?.canonical;

describe("canonicalIdentifier", () => {
  it.each([
    ["case of an e-mail address", "Ann@Example.COM", "ann@example.com"],
    ["NFD", "jose\u0301@example.com", "jos\u00e9@example.com"],
    ["spaces around", "  ann@example.com ", "ann@example.com"],
    ["case of a user name", "ANN", "ann"],
    ["phone formats", "+1 (555) 010-2030", "+15550102030"],
    ["phone formats with dots", "+44.20.7946.0958", "+442079460958"],
    ["the Kelvin sign, which is K in NFC", "\u212aate", "kate"],
  ])("makes one of %s", (_, typed, expected) => {
    expect(canonical(typed)).toBe(expected);
    expect(canonical(expected)).toBe(expected);
  });

  it.each([
    ["a Turkish dotless i and an i", "\u0131nan", "inan"],
    ["a Turkish dotted capital I and an i", "\u0130nan", "inan"],
    ["full-width and plain letters", "\uff41nn", "ann"],
    ["sub-addresses", "ann+work@example.com", "ann@example.com"],
    ["dots of a mailbox", "a.nn@example.com", "ann@example.com"],
    ["sharp s and ss", "stra\u00dfe", "strasse"],
    ["a Cyrillic and a Latin a", "\u0430nn", "ann"],
    ["phone numbers of two countries", "+15550102030", "+445550102030"],
  ])("keeps apart %s", (_, one, other) => {
    expect(canonical(one)).not.toBe(canonical(other));
  });

  it("folds I to i whatever the machine's language is", () => {
    expect(canonical("INAN@EXAMPLE.COM")).toBe("inan@example.com");
  });

  it("tells Ann from ann where the pool does, in user names alone", () => {
    expect(canonical("Ann", sensitive)).toBe("Ann");
    expect(canonical("Ann@Example.com", sensitive)).toBe("ann@example.com");
  });

  it.each([
    ["the empty text", ""],
    ["spaces alone", "   "],
    ["a NUL", "ann\u0000"],
    ["a line feed", "ann\nadmin"],
    ["an escape sequence", "\u001b[31mann"],
    ["a line separator", "ann\u2028"],
    ["a lone surrogate", "ann\ud800"],
    ["257 characters", "a".repeat(maxIdentifierLength + 1)],
    ["a megabyte", "a".repeat(1_000_000)],
  ])("is nobody's: %s", (_, text) => {
    expect(canonicalIdentifier(text, insensitive)).toBeUndefined();
  });

  it("takes 256 characters", () => {
    expect(canonical("a".repeat(maxIdentifierLength))).toHaveLength(256);
  });

  it.each(["' or '1'='1", "*)(uid=*", "robert'); drop table users;--", "%s%s", "__proto__", "constructor", "../../x"])(
    "takes %j as a name like any other",
    (text) => expect(canonical(text)).toBe(text.toLowerCase()),
  );

  it("keeps what was typed beside the canonical form", () => {
    expect(canonicalIdentifier(" Ann ", insensitive)).toEqual({ by: "username", canonical: "ann", typed: " Ann " });
  });

  it("is a form that stays as it is when taken again, and fits a key of the ledger", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const once = canonical(text);
        if (once === undefined) return;
        expect(canonical(once)).toBe(once);
        expect(Buffer.byteLength(once)).toBeLessThan(1900);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("identifierKind", () => {
  it.each([
    ["ann@example.com", "email"],
    ["@ann", "email"],
    ["+15550102030", "phone"],
    ["+1 555 010-2030", "phone"],
    ["15550102030", "username"],
    ["+0555", "username"],
    ["+1234567890123456", "username"],
    ["+1555x", "username"],
    ["ann", "username"],
  ])("%s is %s", (text, kind) => expect(identifierKind(text)).toBe(kind));
});
