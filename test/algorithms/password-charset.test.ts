import { describe, expect, it } from "vitest";
import { encodePassword, type PasswordEncoding, passwordEncodings } from "../../lib/algorithms/password-charset.ts";

function encoded(text: string, encoding: PasswordEncoding): string | undefined {
  const bytes = encodePassword(Buffer.from(text), encoding);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("hex");
}

describe("a password in an old character set", () => {
  it.each([
    ["utf8", "ä", "c3a4"],
    ["utf16le", "ä", "e400"],
    ["utf16be", "ä", "00e4"],
    ["latin1", "ä", "e4"],
    ["windows-1252", "€", "80"],
    ["iso-8859-15", "€", "a4"],
    ["windows-1251", "Я", "df"],
    ["koi8-r", "Я", "f1"],
    ["gbk", "密码", "c3dcc2eb"],
    ["big5", "密碼", "b14bbd58"],
    ["shift_jis", "パス", "83708358"],
    ["euc-kr", "암호", "becfc8a3"],
  ] as const)("%s writes %s as %s", (encoding, text, hex) => {
    expect(encoded(text, encoding)).toBe(hex);
  });

  it.each(passwordEncodings)("%s leaves ASCII as it is", (encoding) => {
    const ascii = "aZ09 ~";
    const wide = encoding.startsWith("utf16");
    expect(encoded(ascii, encoding)?.length).toBe(wide ? 4 * ascii.length : 2 * ascii.length);
  });

  it("has no answer for a character that the set lacks, and none for bytes that are no UTF-8", () => {
    expect(encoded("€", "latin1")).toBeUndefined();
    expect(encoded("密", "windows-1251")).toBeUndefined();
    expect(encodePassword(Uint8Array.of(0xff), "latin1")).toBeUndefined();
    expect(encodePassword(Uint8Array.of(0xff), "utf8")).toEqual(Uint8Array.of(0xff));
  });
});
