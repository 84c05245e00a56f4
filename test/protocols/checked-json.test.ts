import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCheckedJson } from "../../lib/protocols/checked-json.ts";
import { hasDuplicateKeys } from "../../lib/protocols/duplicate-keys.ts";

const reasonOf = (text: string, members?: "usable" | "any") => {
  const parsed = parseCheckedJson(text, members);
  return parsed.kind === "fault" ? parsed.reason : undefined;
};

const twice = "a member that stands there twice";

// One value has many spellings, and some are shorter than the usual one: what they save has room for a lost member.
const space = fc.constantFrom("", "", "", " ", "\n\t");
const number = fc.constantFrom(
  "0",
  "-0",
  "7",
  "1e3",
  "1E+9",
  "1e20",
  "1000",
  "-4e4",
  "0.5",
  "5e-1",
  "1.0",
  "12e5",
  "1e-9",
);
const string = fc
  .array(fc.constantFrom("a", "b", "\\u0061", '\\"', "\\\\", "\\n", "\\/", ":", '\\":', " :", "ä", "😀"), {
    maxLength: 3,
  })
  .map((parts) => `"${parts.join("")}"`);
const { value } = fc.letrec<{ readonly value: string; readonly object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    number,
    string,
    fc.constantFrom("true", "false", "null"),
    tie("object"),
    list(tie("value")),
  ),
  object: object(tie("value")),
}));

function list(of: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(space, fc.array(of, { maxLength: 3 })).map(([gap, values]) => `[${gap}${values.join(`,${gap}`)}]`);
}

function object(of: fc.Arbitrary<string>): fc.Arbitrary<string> {
  // With escapes that the JSON.parse of Node 24.21, once warm, takes for other characters in a second key.
  const key = fc.constantFrom('"a"', '"b"', '"ab"', '":"', '"ä"', '"a :"', '"😀"', '"\\u0061"', '"\\/"', '"\\u00e4b"');
  const member = fc.tuple(key, space, of).map(([name, gap, written]) => `${name}${gap}:${gap}${written}`);
  return fc.tuple(space, fc.array(member, { maxLength: 4 })).map(([gap, all]) => `{${all.join(`,${gap}`)}${gap}}`);
}

describe("parseCheckedJson", () => {
  it("finds every member that stands there twice, however the text is spelled, and no other", () => {
    const seen = { twice: 0, once: 0 };
    fc.assert(
      fc.property(object(value), fc.constantFrom("usable", "any"), (text, members) => {
        const expected = hasDuplicateKeys(text) ? twice : undefined;
        seen[expected === undefined ? "once" : "twice"] += 1;
        expect(reasonOf(text, members)).toBe(expected);
      }),
      { numRuns: 5000 },
    );
    expect(Math.min(seen.twice, seen.once)).toBeGreaterThan(100);
  });

  it("refuses a member whose name needs an escape, and reads the value of every other", () => {
    for (const name of ['"a\\""', '"\\\\"', '"\\n"']) {
      expect(reasonOf(`{"b":1,${name}:2}`)).toBe("a member whose name needs an escape");
      expect(reasonOf(`{"b":1,${name}:2}`, "any")).toBeUndefined();
    }
    const read = parseCheckedJson('{"\\/":"x","\\u00e4" : "\\u00e4\\":","b":"\\\\"}');
    expect(read).toMatchObject({ kind: "object", value: { "/": "x", ä: 'ä":', b: "\\" } });
  });

  it.each([
    // What the short number saves is just what the lost member takes.
    '{"b":1e8,"a":1,"a":1}',
    '{"b":1e9,"a":10,"a":1}',
    '{"b":-1e9,"a":10,"a":1}',
    '{"b":5e-7,"a":"","a":1}',
    '{"b":1e21,"a":"x","a":1}',
    // No power of ten, once it is a double.
    '{"b":1e23,"aaaaaaaaaaaaaa":1,"aaaaaaaaaaaaaa":1}',
    '{"b":1e23,"aaaaaaaaaaaaaaa":1,"aaaaaaaaaaaaaaa":1}',
    // Twelve backslashes are six escapes.
    String.raw`{"b":"\\\\\\\\\\\\","a":1,"a":1}`,
    // An escape in a member that is lost, and one in a member that stays.
    '{"a":"\\n","a":"\\n"}',
    '{"a":"\\\\\\\\\\\\","a":1}',
    '{"b":"\\u0061","a":1,"a":1}',
  ])("finds that %s has one twice", (text) => {
    expect(reasonOf(text)).toBe(twice);
    expect(reasonOf(text, "any")).toBe(twice);
  });

  it.each([
    ['{"a":"\\ud800"}', "an escape that is half a character"],
    ['{"a":{"\\udc00":1}}', "an escape that is half a character"],
    ['{"a":["\\u0000"]}', "a NUL character"],
    ['{"a":"\\\\u0000"}', undefined],
    ['{"a":"\\ud83d\\ude00"}', undefined],
    ['{"a":[{"__proto__":1}]}', "a member called __proto__"],
    ['{"\\u005f_proto__":1}', "a member called __proto__"],
  ])("refuses %s for the reason %s, and by no reason where any member will do", (text, reason) => {
    expect(reasonOf(text)).toBe(reason);
    expect(reasonOf(text, "any")).toBe(undefined);
  });

  it("gives the members in their order, with their values", () => {
    const text = '{"b":1,"a":{"c":[null,-12.5]},"2":"x"}';
    expect(parseCheckedJson(text)).toEqual({
      kind: "object",
      value: JSON.parse(text),
      names: ["2", "b", "a"],
      values: ["x", 1, { c: [null, -12.5] }],
    });
  });
});
