import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crypt64Value, decodeAdaptedBase64, decodeBase64, decodeHex, encodeCrypt64 } from "../../lib/core/encodings.ts";

const bytes = fc.uint8Array({ maxLength: 80 });
const bare = (given: Uint8Array) => Buffer.from(given).toString("base64").replace(/=+$/, "");

describe("decodeBase64", () => {
  it("reads back all bytes, padded or not", () => {
    fc.assert(
      fc.property(bytes, (given) => {
        expect(decodeBase64(bare(given))).toEqual(Buffer.from(given));
        expect(decodeBase64(Buffer.from(given).toString("base64"))).toEqual(Buffer.from(given));
      }),
    );
  });

  it.each(["!!!!", "AAA A", "AAAA\n", "A", "AAAAA", "AA=", "AAA==", "AAAA=", "====", "A-_A", "A=AA"])(
    "refuses %j",
    (text) => expect(decodeBase64(text)).toBeUndefined(),
  );

  it("refuses unused bits that are not zero, so that one digest has one string", () => {
    expect(decodeBase64("AQ")).toEqual(Buffer.from([1]));
    expect(decodeBase64("AR")).toBeUndefined();
    expect(decodeBase64("AAF=")).toBeUndefined();
  });
});

describe("decodeAdaptedBase64", () => {
  it("reads . as +", () => {
    expect(decodeAdaptedBase64("..8")).toEqual(decodeBase64("++8"));
    expect(decodeAdaptedBase64("!.8")).toBeUndefined();
  });
});

describe("decodeHex", () => {
  it("reads back all bytes, in either case", () => {
    fc.assert(
      fc.property(bytes, (given) => {
        const hex = Buffer.from(given).toString("hex");
        expect(decodeHex(hex)).toEqual(Buffer.from(given));
        expect(decodeHex(hex.toUpperCase())).toEqual(Buffer.from(given));
      }),
    );
  });

  it.each(["0", "0g", "0x10", " 00", "00\n"])("refuses %j", (text) => expect(decodeHex(text)).toBeUndefined());
});

describe("crypt64", () => {
  it("writes the least significant six bits first", () => {
    expect(encodeCrypt64(Uint8Array.of(1))).toBe("/.");
    expect(encodeCrypt64(Uint8Array.of(0, 0, 252))).toBe("...z");
    expect(encodeCrypt64(new Uint8Array(16))).toHaveLength(22);
    expect(encodeCrypt64(new Uint8Array(64))).toHaveLength(86);
  });

  it("knows the value of its own characters only", () => {
    expect([".", "/", "0", "A", "a", "z"].map(crypt64Value)).toEqual([0, 1, 2, 12, 38, 63]);
    expect(["", "!", "..", "é"].map(crypt64Value)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
