import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import type { HashFamily } from "../../lib/core/hash-family.ts";
import { parsePhc } from "../../lib/core/phc.ts";
import type { HashFormat } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";
import type { StoredPassword } from "../../lib/core/user.ts";
import * as members from "../../lib/hashes/index.ts";
import { oddValue, textLike } from "./inputs.ts";
import { type FuzzTarget, target } from "./target.ts";

// Stored passwords: every family, alone and all of them as one config lists them.

// A verify of more than this is left out: the targets are the parsers, and what they let through.
const cheapMs = 2;
const codes = ["HASH_DAMAGED", "HASH_TOO_COSTLY", "HASH_UNKNOWN"] as const;

interface Family {
  readonly format: HashFormat;
  readonly examples: readonly StoredPassword[];
}

function familiesOf(all: Readonly<Record<string, unknown>>): readonly Family[] {
  const described = Object.entries(all).filter(([name]) => name.endsWith("Family")) as readonly [string, HashFamily][];
  const formats = new Map(
    described.map(([name]) => {
      const make = all[name.slice(0, -"Family".length)] as () => HashFormat;
      return [name, make()] as const;
    }),
  );
  return described.flatMap(([name, family]) => {
    const format = formats.get(name);
    return format === undefined ? [] : [{ format, examples: examplesOf(family, [...formats.values()]) }];
  });
}

/** The rows of a family's vectors, as its dialects read them. */
function examplesOf(family: HashFamily, all: readonly HashFormat[]): readonly StoredPassword[] {
  const file = new URL(`../hashes/vectors/${family.name}.jsonl`, import.meta.url);
  const lines = readFileSync(file, "utf8").split("\n");
  const vectors = lines.filter((line) => line !== "").map((line) => JSON.parse(line));
  const rows = vectors.flatMap(({ format, hash, params }): readonly StoredPassword[] => {
    try {
      return [family.dialects.find(({ id }) => id === format)?.read(hash, params, all).stored ?? { encoded: hash }];
    } catch {
      // A vector that has to be refused is an example too.
      return [{ encoded: hash }];
    }
  });
  return [...rows, ...family.dialects.map(({ example }) => ({ encoded: example }))];
}

function storedLike(examples: readonly StoredPassword[], name: string): fc.Arbitrary<StoredPassword> {
  const rows = fc.constantFrom(...examples);
  const encoded = textLike(examples.map((one) => one.encoded));
  const text = fc.oneof(fc.constantFrom("", "00", "salt", "\u0000"), fc.string({ unit: "binary", maxLength: 20 }));
  const value = fc.oneof(fc.integer(), text, fc.boolean(), fc.constantFrom(1e15, -1, 0.5));
  const names = fc.constantFrom("iterations", "rounds", "cost", "memory", "parallelism", "salt", "keylen", "__proto__");
  return fc
    .record({
      row: rows,
      encoded: fc.oneof({ weight: 4, arbitrary: encoded }, { weight: 1, arbitrary: fc.constant(undefined) }),
      salt: fc.option(text, { nil: undefined, freq: 3 }),
      username: fc.option(text, { nil: undefined, freq: 3 }),
      params: fc.option(fc.dictionary(names, value, { maxKeys: 3 }), { nil: undefined, freq: 3 }),
      named: fc.boolean(),
    })
    .map(({ row, encoded: spoilt, salt, username, params, named }) => ({
      ...row,
      encoded: spoilt ?? row.encoded,
      ...(salt === undefined ? {} : { salt }),
      ...(username === undefined ? {} : { username }),
      ...(params === undefined ? {} : { params: { ...row.params, ...params } }),
      ...(named ? { format: name } : {}),
    }));
}

const password = Secret.fromText("wrong horse");
const { signal } = new AbortController();

async function parseHash(format: HashFormat, stored: StoredPassword): Promise<void> {
  const claimed = format.recognizes(stored);
  assert.equal(typeof claimed, "boolean");
  let parsed: ReturnType<HashFormat["parse"]>;
  try {
    parsed = format.parse(stored);
  } catch (error) {
    // What is in a database is nobody's business who reads a log.
    if (error instanceof Error && stored.encoded.length >= 12) assert(!error.message.includes(stored.encoded));
    throw error;
  }
  assert(Number.isFinite(parsed.costMs) && parsed.costMs >= 0 && Number.isSafeInteger(parsed.memoryBytes));
  if (parsed.costMs > cheapMs) return;
  const verdict = await parsed.verify(password, signal);
  assert(verdict === "match" || verdict === "mismatch");
}

const families = familiesOf(members);
const everyExample = families.flatMap(({ examples }) => examples);

export const hashTargets: readonly FuzzTarget[] = [
  ...families.map(({ format, examples }) =>
    target({
      name: `hash ${format.name}`,
      input: storedLike(examples, format.name),
      codes,
      parse: (stored) => parseHash(format, stored),
    }),
  ),
  target({
    name: "every hash family at once",
    input: storedLike(everyExample, "bcrypt"),
    codes: [],
    parse(stored) {
      for (const { format } of families) assert.equal(typeof format.recognizes(stored), "boolean");
    },
  }),
  target({
    name: "PHC string",
    input: textLike([
      "$argon2id$v=19$m=65536,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
      "$scrypt$ln=16,r=8,p=1$c2FsdA$aGFzaA",
    ]),
    codes: ["HASH_DAMAGED"],
    parse: (text) => parsePhc("argon2", text, { required: ["m", "t", "p"] }),
  }),
  target({ name: "stored password of any kind", input: oddValue, codes: [], parse: (value) => recognizedBy(value) }),
];

function recognizedBy(value: unknown): void {
  if (typeof value !== "string") return;
  for (const { format } of families) format.recognizes({ encoded: value });
}
