import { describe, expect, it } from "vitest";
import { codePageNames, encodeCodePage, utf8Text, utf16be, utf16le } from "../../lib/algorithms/password-text.ts";

describe("password text", () => {
  it("has all 256 characters of each code page, each once", () => {
    for (const page of codePageNames) {
      const upper = Array.from({ length: 0xffff }, (_, code) => String.fromCharCode(code)).filter(
        (character) => character > "\u007f" && encodeCodePage(character, page) !== undefined,
      );
      expect(`${page} ${upper.length}`).toBe(`${page} 128`);
    }
  });

  it.each([
    ["cp437", "Æ", 0x92],
    ["cp437", "\u00a0", 0xff],
    ["cp850", "Ó", 0xe0],
    ["cp866", "Я", 0x9f],
    ["cp1252", "€", 0x80],
    ["latin1", "ÿ", 0xff],
  ] as const)("writes in %s %s as %d", (page, text, byte) => {
    expect(encodeCodePage(text, page)).toEqual(Uint8Array.of(byte));
  });

  it("has no answer for a character that is not in the code page", () => {
    expect(encodeCodePage("密", "cp437")).toBeUndefined();
  });

  it("has no answer for bytes that are no UTF-8", () => {
    for (const bytes of [Uint8Array.of(0xff), Uint8Array.of(0xc3), Uint8Array.of(0xed, 0xa0, 0x80)]) {
      expect([utf8Text(bytes), utf16le(bytes), utf16be(bytes)]).toEqual([undefined, undefined, undefined]);
    }
  });

  it("keeps a byte order mark and what is beyond the first plane", () => {
    const bytes = new TextEncoder().encode("\ufeff🔑");
    expect(Buffer.from(utf16le(bytes) ?? []).toString("hex")).toBe("fffe3dd811dd");
    expect(Buffer.from(utf16be(bytes) ?? []).toString("hex")).toBe("feffd83ddd11");
  });
});
