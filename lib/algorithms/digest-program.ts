// Makes a check of an expression's tree: what it needs, how long its result is, what it costs, and the result itself.

import type { Digest, DigestFunctions, Digests } from "./digest.ts";
import { type DigestNode, parseDigestExpression, wrong } from "./digest-expression.ts";
import { hex, textFunctions } from "./digest-functions.ts";

/** What an expression is computed of. */
export interface DigestInput {
  readonly values: ReadonlyMap<string, Uint8Array>;
  readonly digests: ReadonlyMap<string, DigestFunctions>;
}

export interface DigestProgram {
  /** The variables' names without the dollar sign. */
  readonly variables: ReadonlySet<string>;
  readonly digests: ReadonlyMap<string, Digest>;
  /** The length of the result. */
  readonly bytes: number;
  /** The name of the outermost digest; undefined for an HMAC and the like. */
  readonly outermost: string | undefined;
  readonly costMs: number;
  /** `undefined` when a part has no answer for these bytes, such as UTF-16 for bytes that are no UTF-8. */
  evaluate(input: DigestInput): Uint8Array | undefined;
}

/** The most bytes that a variable may have, and a part of an expression may come to. */
export const maxValueBytes = 1024;
const maxPartBytes = 65_536;

interface Step {
  readonly exactly: number | undefined;
  readonly atMost: number;
  run(input: DigestInput): Uint8Array | undefined;
}

interface Needs {
  readonly known: Digests;
  readonly variables: Set<string>;
  readonly digests: Map<string, Digest>;
  costMs: number;
}

/**
 * The outermost digest gives bytes, not their hexadecimal form: the stored string may be either.
 * @param known The digests that may be named, with `-` written `_`: `sha3_256`.
 * @throws MigrationError CONFIG_INVALID
 */
export function compileDigestExpression(expression: string, known: Digests): DigestProgram {
  const needs: Needs = { known, variables: new Set(), digests: new Map(), costMs: 0 };
  const node = asBytes(parseDigestExpression(expression), known);
  const { exactly, run } = compile(node, needs);
  if (exactly === undefined || needs.digests.size === 0) throw wrong("the outermost part has to be a digest");
  const outermost = node.kind === "call" ? digestOf(node.name.replace(/_bin$/, ""), known)?.[0] : undefined;
  const { variables, digests, costMs } = needs;
  return { variables, digests, bytes: exactly, outermost, costMs, evaluate: run };
}

function asBytes(node: DigestNode, known: Digests): DigestNode {
  if (node.kind !== "call") return node;
  const bare = node.name.replace(/^hmac_/, "");
  return digestOf(bare, known) === undefined ? node : { ...node, name: `${node.name}_bin` };
}

function digestOf(name: string, known: Digests): readonly [string, Digest] | undefined {
  for (const one of [name, name.replace("_", "-")]) {
    const digest = known.get(one);
    if (digest !== undefined) return [one, digest];
  }
  return undefined;
}

function compile(node: DigestNode, needs: Needs): Step {
  const step = compileNode(node, needs);
  if (step.atMost > maxPartBytes) throw wrong(`a part of up to ${step.atMost} bytes, allowed ${maxPartBytes}`);
  return step;
}

function compileNode(node: DigestNode, needs: Needs): Step {
  switch (node.kind) {
    case "variable":
      needs.variables.add(node.name);
      return { exactly: undefined, atMost: maxValueBytes, run: ({ values }) => values.get(node.name) };
    case "text": {
      const bytes = Buffer.from(node.text);
      return { exactly: bytes.length, atMost: bytes.length, run: () => bytes };
    }
    case "number":
      throw wrong("a number is an argument of substr alone");
    case "join": {
      const steps = node.parts.map((part) => compile(part, needs));
      const atMost = steps.reduce((sum, step) => sum + step.atMost, 0);
      const exactly = steps.every((step) => step.exactly !== undefined) ? atMost : undefined;
      return { exactly, atMost, run: (input) => joined(steps.map(({ run }) => run(input))) };
    }
    case "call":
      return compileCall(node.name, node.args, needs);
  }
}

function joined(parts: readonly (Uint8Array | undefined)[]): Uint8Array | undefined {
  return parts.every((part) => part !== undefined) ? Buffer.concat(parts) : undefined;
}

function compileCall(name: string, args: readonly DigestNode[], needs: Needs): Step {
  const [, hmac, bare = "", bin] = /^(hmac_)?(.+?)(_bin)?$/.exec(name) ?? [];
  const found = digestOf(bare, needs.known);
  if (found !== undefined) return compileDigest(name, found, hmac !== undefined, bin !== undefined, args, needs);
  const [first, second, third] = args;
  if (name === "xor" && first !== undefined && second !== undefined && third === undefined) {
    return compileXor(compile(first, needs), compile(second, needs));
  }
  if (name === "substr" && first !== undefined && second?.kind === "number" && third?.kind === "number") {
    return compileSubstr(compile(first, needs), second.value, third.value);
  }
  const text = textFunctions.get(name);
  if (text === undefined) throw wrong(`no function ${name}; there are ${functionNames(needs.known)}`);
  if (first === undefined || second !== undefined) throw wrong(`${name} takes one argument`);
  const { exactly, atMost, run } = compile(first, needs);
  return {
    exactly: exactly === undefined ? undefined : text.exactly?.(exactly),
    atMost: text.atMost(atMost),
    run: (input) => {
      const bytes = run(input);
      return bytes === undefined ? undefined : text.apply(bytes);
    },
  };
}

function compileDigest(
  name: string,
  [id, digest]: readonly [string, Digest],
  isHmac: boolean,
  isBin: boolean,
  args: readonly DigestNode[],
  needs: Needs,
): Step {
  const needed = isHmac ? 2 : 1;
  if (args.length !== needed) throw wrong(`${name} takes ${isHmac ? "two arguments, key and text" : "one argument"}`);
  const steps = args.map((arg) => compile(arg, needs));
  needs.digests.set(id, digest);
  // Four blocks for an HMAC, and some more for long texts.
  const kibibytes = steps.reduce((sum, { atMost }) => sum + atMost, 0) / 4096;
  needs.costMs += digest.costMs * ((isHmac ? 4 : 1) + kibibytes);
  const compute = (input: DigestInput): Uint8Array | undefined => {
    const [first, second] = steps.map(({ run }) => run(input));
    const functions = input.digests.get(id);
    if (first === undefined || functions === undefined) return undefined;
    if (!isHmac) return functions.digest(first);
    return second === undefined ? undefined : functions.hmac(first, second);
  };
  if (isBin) return { exactly: digest.bytes, atMost: digest.bytes, run: compute };
  const asHex = (input: DigestInput): Uint8Array | undefined => {
    const bytes = compute(input);
    return bytes === undefined ? undefined : hex(bytes);
  };
  return { exactly: 2 * digest.bytes, atMost: 2 * digest.bytes, run: asHex };
}

function compileXor(left: Step, right: Step): Step {
  if (left.exactly === undefined || left.exactly !== right.exactly) throw wrong("xor takes two digests of one length");
  return {
    ...left,
    run: (input) => {
      const bytes = right.run(input);
      return bytes === undefined ? undefined : left.run(input)?.map((byte, at) => byte ^ (bytes[at] ?? 0));
    },
  };
}

function compileSubstr({ exactly, atMost, run }: Step, start: number, length: number): Step {
  const whole = exactly !== undefined && start + length <= exactly;
  return {
    exactly: whole ? length : undefined,
    atMost: Math.min(atMost, length),
    run: (input) => run(input)?.subarray(start, start + length),
  };
}

function functionNames(known: Digests): string {
  const digests = [...known.keys()].map((name) => name.replaceAll("-", "_"));
  return [...digests, "each with hmac_ before or _bin behind", ...textFunctions.keys(), "xor", "substr"].join(", ");
}
