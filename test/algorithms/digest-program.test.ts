import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeDigests } from "../../lib/algorithms/digest.ts";
import { compileDigestExpression } from "../../lib/algorithms/digest-program.ts";
import { MigrationError } from "../../lib/core/errors.ts";

async function evaluate(expression: string, values: Readonly<Record<string, string>>): Promise<string | undefined> {
  const program = compileDigestExpression(expression, nodeDigests);
  const loaded = [...program.digests].map(async ([name, digest]) => [name, await digest.load()] as const);
  const bytes = program.evaluate({
    digests: new Map(await Promise.all(loaded)),
    values: new Map(Object.entries(values).map(([name, value]) => [name, Buffer.from(value)])),
  });
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("hex");
}

describe("an expression of digests", () => {
  it.each([
    // Each pair has to be one and the same digest.
    ["md5($pass)", "md5_bin( $pass )"],
    ["md5(md5($pass))", "md5(hex(md5_bin($pass)))"],
    ["md5(strtoupper('aB'))", 'md5("AB")'],
    ["md5(strtolower('AB ÄB'))", "md5('ab Äb')"],
    ["md5(mb_strtolower('ÄB'))", "md5('äb')"],
    ["md5(trim('  a b '))", "md5('a b')"],
    ["md5(unhex('4142'))", "md5('AB')"],
    ["md5(base64('AB'))", "md5('QUI=')"],
    ["md5(utf16le('A'))", "md5('A'.unhex('00'))"],
    ["md5(utf16be('A'))", "md5(unhex('00').'A')"],
    ["md5(substr('abcdef', 2, 3))", "md5('cde')"],
    ["md5(strrev('abc'))", "md5('cba')"],
    ["xor(md5_bin('a'), xor(md5_bin('a'), md5_bin($pass)))", "md5($pass)"],
    ["sha3_256($pass)", "sha3_256_bin($pass)"],
  ])("%s is %s", async (left, right) => {
    expect(await evaluate(left, { pass: "pw" })).toBe(await evaluate(right, { pass: "pw" }));
  });

  it("has no answer for text that is no hexadecimal", async () => {
    expect(await evaluate("md5(unhex($pass))", { pass: "xyz" })).toBeUndefined();
  });

  it.each([
    "",
    "$pass",
    "'md5'",
    "md5",
    "md5(",
    "md5()",
    "md5($pass",
    "md5($pass))",
    "md5($pass) md5($pass)",
    "md5($pass.)",
    "md5(.$pass)",
    "md5($pass, $salt)",
    "hmac_md5($pass)",
    "md6($pass)",
    "constructor($pass)",
    "md5(__proto__($pass))",
    "md5(7)",
    "md5(substr($pass, 'a', 1))",
    "xor(md5_bin($pass), sha1_bin($pass))",
    "strtoupper($pass)",
    "md5($pass + 1)",
    "md5(`id`)",
    `${"md5(".repeat(14)}$pass${")".repeat(14)}`,
    `md5(${Array.from({ length: 65 }, () => "$pass").join(".")})`,
    `md5(${"hex(".repeat(8)}$pass${")".repeat(8)})`,
    `md5('${"a".repeat(600)}')`,
  ])("is refused: %s", (expression) => {
    expect(() => compileDigestExpression(expression, nodeDigests)).toThrow(MigrationError);
  });

  it("of any text at all is refused with our error, or compiled", () => {
    const piece = fc.constantFrom(
      "md5",
      "(",
      ")",
      "$pass",
      ".",
      ",",
      "'a'",
      "hmac_sha1",
      "xor",
      "substr",
      "1",
      "_bin",
      "$",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece).map((pieces) => pieces.join("")),
          fc.string(),
        ),
        (expression) => {
          try {
            expect(compileDigestExpression(expression, nodeDigests).bytes).toBeGreaterThan(0);
          } catch (error) {
            if (!(error instanceof MigrationError)) throw error;
            expect(error.code).toBe("CONFIG_INVALID");
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
