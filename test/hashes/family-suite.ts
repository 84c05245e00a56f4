import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ErrorCode, MigrationError } from "../../lib/core/errors.ts";
import type { HashFamily, ReadHash } from "../../lib/core/hash-family.ts";
import type { HashFormat } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";

/** One line of a vector file: a stored password, what stands beside it, a password, and whether the one is the other's. */
export interface FamilyVector {
  readonly format: string;
  readonly hash: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly password_hex: string;
  readonly valid: boolean;
  /** Whose hash it is: a test suite, or the program that made it. */
  readonly source: string;
}

/**
 * What a vector must give: `match`; `refused`, one of our codes; `no-match`, a mismatch or one of our codes; or exactly
 * the one code that is named.
 */
export type Expectation = "match" | "refused" | "no-match" | ErrorCode;

export interface FamilySuite {
  /** The format that is fuzzed; without it the family's factory with its defaults. */
  readonly factory?: () => HashFormat;
  /** Where the family differs from what the vector says; `undefined` where it does not. Each case gives its reason. */
  readonly exception?: (vector: FamilyVector) => Expectation | undefined;
  /** Whether the empty string is a password of the family, the empty one. Default: it marks an account as unusable. */
  readonly emptyIsPassword?: boolean;
}

/** Hashes that take longer than this are left to the full suite, which sets SAMEKEY_REQUIRE_SERVERS. */
const slowMs = 100;
const full = process.env.SAMEKEY_REQUIRE_SERVERS === "1";
const refusalCodes = ["HASH_DAMAGED", "HASH_TOO_COSTLY", "HASH_UNKNOWN"];

const folder = new URL("../../lib/hashes/", import.meta.url);
const everyFormat = await defaultFormats();

/** Runs a family over its vectors (test/hashes/vectors/<family>.jsonl), and over strings that nobody would write. */
export function describeFamily(
  family: HashFamily,
  { factory, exception = () => undefined, emptyIsPassword = false }: FamilySuite = {},
): void {
  const format = factory?.() ?? everyFormat.find((one) => one.name === family.name);
  if (format === undefined) throw new Error(`${family.name}: no factory of that name in lib/hashes/${family.name}.ts`);
  const vectors = readFamilyVectors(family.name);
  describeVectors(family, vectors, exception);

  describe(`${family.name}: strings that nobody would write`, () => {
    const examples = [...vectors.map((vector) => vector.hash), ...family.dialects.map((dialect) => dialect.example)];
    it("give a value or one of our codes, and no message repeats them", () => {
      fc.assert(
        fc.property(anyString(examples), (encoded) => {
          for (const name of [undefined, format.name]) expectValueOrRefusal(format, encoded, name);
        }),
        { numRuns: 300 },
      );
    });

    const marks = [...(emptyIsPassword ? [] : [""]), "!", "*", "*0", "*LK*", "!!", "x"];
    it.each(marks)("never match: %j marks an account as unusable", (encoded) => {
      expect(format.recognizes({ encoded })).toBe(false);
      expect(outcomeOfParse(format, encoded)).toBe("refused");
    });
  });
}

function describeVectors(
  family: HashFamily,
  vectors: readonly FamilyVector[],
  exception: NonNullable<FamilySuite["exception"]>,
): void {
  describe(`${family.name}: vectors of other implementations`, () => {
    it("exist for every dialect and for nothing else", () => {
      const found = new Set(vectors.map((vector) => vector.format));
      expect([...found].sort()).toEqual(family.dialects.map((dialect) => dialect.id).sort());
    });

    for (const [index, vector] of vectors.entries()) {
      const expected = exception(vector) ?? expectation(vector);
      const left = !full && costOf(family, vector) > slowMs;
      const reason = left ? `; over ${slowMs} ms, left to the full suite` : "";
      const title = `${index} ${vector.format}: ${expected} (${vector.source})${reason}`;
      it.skipIf(left)(title, { timeout: 60_000 }, async () => {
        expect(meets(await outcome(family, vector), expected)).toBe(true);
      });
    }

    it("are claimed by no other family", () => {
      for (const vector of vectors.filter((one) => one.valid)) {
        const { format, stored } = read(family, vector);
        const others = everyFormat.filter((one) => one.name !== format.name && one.recognizes(stored));
        expect(others.map((one) => `${one.name} claims ${vector.format}`)).toEqual([]);
      }
    });
  });
}

export function readFamilyVectors(family: string): readonly FamilyVector[] {
  const lines = readFileSync(new URL(`./vectors/${family}.jsonl`, import.meta.url), "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line): FamilyVector => JSON.parse(line));
}

/** Every family's format with its defaults. */
async function defaultFormats(): Promise<readonly HashFormat[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && file !== "index.ts");
  const formats = files.map(async (file): Promise<readonly HashFormat[]> => {
    const name = file.slice(0, -".ts".length).replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    const module: Readonly<Record<string, unknown>> = await import(new URL(file, folder).href);
    const make = module[name];
    // customPassword has no family: it is the adopter's own.
    return typeof make === "function" && module[`${name}Family`] !== undefined ? [make()] : [];
  });
  return (await Promise.all(formats)).flat();
}

function read(family: HashFamily, vector: FamilyVector): ReadHash {
  const dialect = family.dialects.find((one) => one.id === vector.format);
  if (dialect === undefined) throw new Error(`${family.name}: no dialect ${vector.format}`);
  return dialect.read(vector.hash, vector.params, everyFormat);
}

function expectation(vector: FamilyVector): Expectation {
  if (vector.valid) return "match";
  return vector.params.hostile === true || vector.params.malformed === true ? "refused" : "no-match";
}

function meets(found: string, expected: Expectation): boolean {
  if (expected === "refused") return found !== "match" && found !== "mismatch";
  return expected === "no-match" ? found !== "match" : found === expected;
}

/** The verdict or the code of the refusal; any other error fails the test. */
async function outcome(family: HashFamily, vector: FamilyVector): Promise<string> {
  const password = Secret.fromBytes(Buffer.from(vector.password_hex, "hex"));
  try {
    const { format, stored } = read(family, vector);
    return await format.parse(stored).verify(password, new AbortController().signal);
  } catch (error) {
    if (error instanceof MigrationError) return error.code;
    throw error;
  }
}

function costOf(family: HashFamily, vector: FamilyVector): number {
  try {
    const { format, stored } = read(family, vector);
    return format.parse(stored).costMs;
  } catch (error) {
    if (error instanceof MigrationError) return 0;
    throw error;
  }
}

function outcomeOfParse(format: HashFormat, encoded: string, name?: string): string {
  try {
    const parsed = format.parse({ encoded, ...(name === undefined ? {} : { format: name }) });
    expect(Number.isFinite(parsed.costMs) && Number.isSafeInteger(parsed.memoryBytes)).toBe(true);
    return "parsed";
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    expect(refusalCodes).toContain(error.code);
    expect(encoded.length < 8 || !error.message.includes(encoded)).toBe(true);
    return "refused";
  }
}

function expectValueOrRefusal(format: HashFormat, encoded: string, name: string | undefined): void {
  outcomeOfParse(format, encoded, name);
  expect(typeof format.recognizes({ encoded, ...(name === undefined ? {} : { format: name }) })).toBe("boolean");
}

/** Any text, and known hashes with one place cut out and something else put in. */
function anyString(examples: readonly string[]): fc.Arbitrary<string> {
  const damagedHash = fc
    .tuple(fc.constantFrom(...examples), fc.nat(200), fc.nat(8), fc.string({ unit: "binary", maxLength: 8 }))
    .map(([hash, at, cut, put]) => hash.slice(0, at) + put + hash.slice(at + cut));
  return fc.oneof(fc.string({ unit: "binary" }), damagedHash);
}
