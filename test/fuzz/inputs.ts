import fc from "fast-check";

// What is drawn for the targets: any value, and whole examples with something in them spoilt.

const depths = "x".repeat(2000);

/** Values that parsers are not written for. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom<unknown>(
    ...[undefined, null, "", " ", 0, -1, 1e300, Number.NaN, true, [], {}, [null], [[]]],
    ...["\ud800", "\u0000", "a\nb", "\u202e", "*)(uid=*", "' or '1'='1", "../../x", "%00", "$(x)", depths],
    ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"],
    ...[{ $ne: 1 }, { toString: 0 }, { length: 1e9 }, { S: 1 }, { L: 1 }, { N: "x" }],
    JSON.parse('{"__proto__":{"admin":true}}'),
    JSON.parse('{"constructor":{"prototype":{"admin":true}}}'),
  ),
);

/** Any text: of any code units, or one of these with a place cut out and something else put in. */
export function textLike(examples: readonly string[], maxLength = 200): fc.Arbitrary<string> {
  const any = fc.string({ unit: "binary", maxLength });
  const part = fc.oneof(
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.constantFrom(
      ...["$", ":", "=", "/", "@", ",", "{", '"', "\\", "0", "9".repeat(20), "-1", "%", "\u0000", "\ud800"],
    ),
  );
  const spoilt = fc
    .tuple(fc.constantFrom(...examples), fc.nat(), fc.nat(12), part, fc.nat(2))
    .map(([text, place, gone, put, again]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + put.repeat(again + 1) + text.slice(at + gone);
    });
  const joined = fc
    .tuple(fc.constantFrom(...examples), fc.constantFrom(...examples), fc.nat(), fc.nat())
    .map(([one, other, a, b]) => one.slice(0, a % (one.length + 1)) + other.slice(b % (other.length + 1)));
  return fc.oneof({ weight: 1, arbitrary: any }, { weight: 5, arbitrary: spoilt }, { weight: 1, arbitrary: joined });
}

/** Any bytes, and files with bytes changed, cut out, doubled or put in at up to three places. */
export function bytesLike(examples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(), fc.nat(16), fc.uint8Array({ maxLength: 8 }));
  const spoilt = fc
    .tuple(fc.constantFrom(...examples), fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([whole, changes]) =>
      changes.reduce<Uint8Array>((bytes, [place, gone, put]) => {
        const at = place % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + gone)]);
      }, whole),
    );
  return fc.oneof({ weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) }, { weight: 5, arbitrary: spoilt });
}

/** Any value, and these with any one member (or any three) replaced, taken away or added. */
export function valueLike(examples: readonly unknown[]): fc.Arbitrary<unknown> {
  const places = examples.map((example) => ({ example, paths: pathsOf(example) }));
  const change = fc.tuple(fc.nat(), oddValue, fc.constantFrom("put", "put", "take away", "add"), oddName);
  const spoilt = fc
    .tuple(fc.constantFrom(...places), fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([{ example, paths }, changes]) =>
      changes.reduce<unknown>((value, [place, put, how, name]) => {
        const path = paths[place % paths.length] ?? [];
        if (how === "add") return withAt(value, [...path, name], put);
        return withAt(value, path, how === "put" ? put : undefined);
      }, example),
    );
  return fc.oneof({ weight: 1, arbitrary: oddValue }, { weight: 5, arbitrary: spoilt });
}

const oddName = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom("__proto__", "constructor", "toString", "then", "length", "0"),
);

function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || path.length > 6) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** A copy with this put at the path, as JSON.parse would make it: `__proto__` is a member like any other. */
function withAt(value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put;
  const members = new Map<string, unknown>(typeof value === "object" && value !== null ? Object.entries(value) : []);
  members.set(key, withAt(members.get(key), rest, put));
  if (Array.isArray(value)) return [...members.values()];
  return Object.fromEntries(members);
}

/** Bytes as a stream brings them, in pieces of a size that cuts anything anywhere. */
export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
