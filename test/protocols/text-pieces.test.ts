// What takes a file's text or bytes in pieces has to give the same wherever they are cut.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonElementSplitter } from "../../lib/protocols/json-elements.ts";
import { decodeLossless, encodeLossless } from "../../lib/protocols/lossless-text.ts";
import { headText, type TextBlock, textBlocks } from "../../lib/protocols/text-blocks.ts";
import { LineSplitter, type TextLine } from "../../lib/protocols/text-lines.ts";

interface Splitter {
  push(block: TextBlock): Iterable<TextLine>;
}

/** What it gives for these pieces, and the message of its fault. */
function split(splitter: Splitter, pieces: readonly string[]): readonly unknown[] {
  const seen: unknown[] = [];
  try {
    for (const text of [...pieces, undefined]) {
      const block = { text: text ?? "", suspect: true, last: text === undefined };
      for (const one of splitter.push(block)) seen.push(one);
    }
  } catch (error) {
    seen.push((error as Error).message);
  }
  return seen;
}

function cut(text: string, cuts: readonly number[]): readonly string[] {
  const at = [0, ...cuts.filter((one) => one < text.length).sort((a, b) => a - b), text.length];
  return at.slice(1).map((end, index) => text.slice(at[index], end));
}

const cuts = fc.array(fc.nat(80), { maxLength: 20 });

describe("LineSplitter", () => {
  it("gives the same lines wherever the text is cut", () => {
    const text = fc.array(fc.constantFrom("a", "é", " ", "\n", "\r", "\r\n", "\0", "\udc80", "😀"), { maxLength: 60 });
    const property = fc.property(text, cuts, fc.constantFrom(5, 1000), (parts, at, limit) => {
      const whole = split(new LineSplitter({ lineChars: limit }), [parts.join("")]);
      expect(split(new LineSplitter({ lineChars: limit }), cut(parts.join(""), at))).toEqual(whole);
      expect(split(new LineSplitter({ lineChars: limit }), [...parts.join("")])).toEqual(whole);
    });
    fc.assert(property, { numRuns: 1000 });
  });
});

describe("JsonElementSplitter", () => {
  const part = fc.constantFrom(
    '"',
    "\\",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "a",
    "\n",
    "\r",
    "\r\n",
    " ",
    "\udc80",
    '"a"',
  );

  it("gives the same elements wherever the text is cut", () => {
    const property = fc.property(
      fc.array(part, { maxLength: 60 }),
      cuts,
      fc.constantFrom(6, 1000),
      (parts, at, limit) => {
        const text = `[${parts.join("")}`;
        const splitter = () => new JsonElementSplitter("json", { elementChars: limit });
        const whole = split(splitter(), [text]);
        expect(split(splitter(), cut(text, at))).toEqual(whole);
        expect(split(splitter(), [...text])).toEqual(whole);
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });

  it("gives the same elements of a list within an object wherever the text is cut", () => {
    const member = fc.constantFrom(
      '"users":[',
      "]",
      '"a":',
      '"users"',
      ",{",
      "}",
      ",",
      "[",
      "\n",
      "\r\n",
      '"\\"]"',
      "1",
    );
    const property = fc.property(
      fc.array(fc.oneof(member, part), { maxLength: 40 }),
      cuts,
      fc.constantFrom(6, 1000),
      (parts, at, limit) => {
        const text = `{"users":[1,{}],${parts.join("")}}`;
        const splitter = () => new JsonElementSplitter("json", { path: ["users"], elementChars: limit });
        const whole = split(splitter(), [text]);
        expect(whole.length).toBeGreaterThan(1);
        expect(split(splitter(), cut(text, at))).toEqual(whole);
        expect(split(splitter(), [...text])).toEqual(whole);
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });

  it("gives each element of any array as it stands there", () => {
    const property = fc.property(fc.array(fc.json(), { minLength: 1 }), cuts, (elements, at) => {
      const text = `[${elements.join(" ,\n")}]`;
      const found = split(new JsonElementSplitter("json"), cut(text, at));
      expect(found.map((one) => (one as TextLine).raw)).toEqual(elements.map((raw) => raw.trim()));
    });
    fc.assert(property);
  });
});

describe("textBlocks", () => {
  async function textOf(bytes: Uint8Array, size: number, blockBytes?: number): Promise<string> {
    async function* source() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    let text = "";
    let last = 0;
    for await (const block of textBlocks("csv", source(), blockBytes)) {
      text += block.text;
      last += block.last ? 1 : 0;
      if (!block.text.isWellFormed() && !/[\uD800-\uDBFF]$|^[\uDC00-\uDFFF]/.test(block.text)) {
        expect(block.suspect).toBe(true);
      }
    }
    expect(last).toBe(1);
    return text;
  }

  it("decodes the same text wherever the bytes are cut, in each encoding", async () => {
    // A NUL behind the mark of UTF-16LE is the mark of UTF-32 (Unicode 23.8): which of the two is meant cannot be told.
    const texts = fc.string({ unit: "binary", maxLength: 40 }).filter((text) => !text.startsWith("\0"));
    const property = fc.asyncProperty(texts, fc.integer({ min: 1, max: 9 }), async (text, size) => {
      const little = Buffer.from(`\ufeff${text}`, "utf16le");
      for (const bytes of [Buffer.from(`\ufeff${text}`), little, Buffer.from(little).swap16()]) {
        expect(await textOf(bytes, size, 1)).toBe(text);
        expect(await textOf(bytes, size)).toBe(text);
      }
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it("refuses what begins as UTF-32 does, though it may be UTF-16 with a NUL first", async () => {
    const bytes = Buffer.from("\ufeff\0a", "utf16le");
    await expect(textOf(bytes, 1)).rejects.toMatchObject({ code: "IMPORT_UNREADABLE" });
  });

  it("loses no byte of what is no UTF-8, wherever it is cut", async () => {
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xed),
    );
    const property = fc.asyncProperty(
      fc.array(byte, { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      async (bytes, size) => {
        // A letter first: no byte order mark.
        const given = Buffer.from([0x61, ...bytes]);
        const text = await textOf(given, size, 1);
        expect(text).toBe(decodeLossless(given));
        expect(Buffer.from(encodeLossless(text))).toEqual(given);
        expect(text === given.toString("utf8")).toBe(text.isWellFormed());
      },
    );
    await fc.assert(property, { numRuns: 1000 });
  });

  it("has a surrogate that is half a character for what UTF-16 ends with in the middle", async () => {
    expect((await textOf(Buffer.of(0xff, 0xfe, 0x61, 0, 0x62), 1)).isWellFormed()).toBe(false);
  });

  it("tells the text of a file's first bytes, without half of its last character", () => {
    expect(headText(Buffer.from("\ufeffid,naïve").subarray(0, -3))).toBe("id,na");
    expect(headText(Buffer.of(0xff, 0xfe, 0, 0))).toBe("");
  });
});
