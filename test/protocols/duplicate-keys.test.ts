import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasDuplicateKeys } from "../../lib/protocols/duplicate-keys.ts";

describe("hasDuplicateKeys", () => {
  test.each([
    '{"a":1,"a":1}',
    String.raw`{"a":1,"\u0061":2}`,
    '{"x":[{"a":{},"b":[],"a":0}]}',
    '{"a":{"b":1},"a":2}',
    String.raw`{"\"":1,"\"":2}`,
    '{"__proto__":1,"__proto__":2}',
  ])("sees %s", (text) => expect(hasDuplicateKeys(text)).toBe(true));

  test.each([
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}',
    '{"a":"a","b":"{\\"a\\":1,\\"a\\":2}"}',
    String.raw`{"\\":1,"\"":2,"a\\":3}`,
    '["a","a",":",{"a":":"}]',
    '"a"',
  ])("takes %s", (text) => expect(hasDuplicateKeys(text)).toBe(false));

  test("never sees one in what JSON.stringify wrote", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => !hasDuplicateKeys(JSON.stringify(value))));
  });

  test("sees one wherever an object's first key is written again", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.jsonValue(), (object, again) => {
        const [key = ""] = Object.keys(object);
        const text = JSON.stringify(object);
        expect(hasDuplicateKeys(`${text.slice(0, -1)},${JSON.stringify(key)}:${JSON.stringify(again)}}`)).toBe(true);
      }),
    );
  });

  test("reads a string of megabytes", () => {
    expect(hasDuplicateKeys(JSON.stringify({ a: '\\"'.repeat(2_000_000) }))).toBe(false);
  });
});
