// What a legacy system did with the password before its slow hash got it: an old hash inside a new one, a pepper, a cut.

import { createHash, createHmac } from "node:crypto";
import { damaged } from "../core/hash-bounds.ts";
import { type HashKey, readHashKey } from "../core/hash-key.ts";
import type { SettingFault } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export const prepareDigests = [
  ...["md5", "sha1", "sha224", "sha256", "sha384", "sha512"],
  ...["sha3-224", "sha3-256", "sha3-384", "sha3-512", "ripemd160"],
] as const;

export const prepareEncodings = ["hex", "upper-hex", "base64", "base64-unpadded", "base64url", "raw"] as const;
export type PrepareEncoding = (typeof prepareEncodings)[number];

/** A project-wide key, or what stands in the user's row. */
export type PreparePart = HashKey | "salt" | "username" | "lower-case username";

/** One step, done in the order of its parts. Several steps make a hash inside a hash inside a hash. */
export interface PrepareStep {
  /**
   * What happens to the text: `trim` as PHP trims (space, tab, line ends, NUL, vertical tab), Unicode NFKC, or another
   * character set. Bytes that are no UTF-8 stay as they are.
   */
  readonly text?: "trim" | "nfkc" | "latin1" | "utf16le";
  /** The step is left out for passwords of at most so many bytes that have no NUL among them (Symfony: 72). */
  readonly onlyOver?: number;
  /** What is put before the password. */
  readonly before?: PreparePart;
  /** What is put behind the password: Devise's pepper. */
  readonly after?: PreparePart;
  /** The digest of all that. Without it the bytes go on as they are. */
  readonly digest?: (typeof prepareDigests)[number];
  /** Makes the digest a keyed one, HMAC (RFC 2104). */
  readonly hmacKey?: PreparePart;
  /** How the digest is written; default `hex`. */
  readonly encoding?: PrepareEncoding;
  /** Only what stands before the first NUL counts, as where a C string ends (crypt(3), PHP below 8). */
  readonly cutAtNul?: boolean;
  /** Only so many bytes count. */
  readonly truncate?: number;
}

/** What the slow hash gets instead of the password's bytes. */
export type Prepare = (password: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>;

/**
 * The steps for one row.
 * @throws MigrationError HASH_DAMAGED when the row lacks a salt or user name that a step needs.
 */
export function prepareFor(format: string, steps: readonly PrepareStep[], stored: StoredPassword): Prepare {
  const ready = steps.map((step) => ({
    step,
    before: partFor(format, step.before, stored),
    after: partFor(format, step.after, stored),
    hmacKey: partFor(format, step.hmacKey, stored),
  }));
  return async (password, signal) => {
    let bytes = password;
    for (const { step, before, after, hmacKey } of ready) {
      if (step.onlyOver !== undefined && bytes.length <= step.onlyOver && !bytes.includes(0)) continue;
      const text = asText(bytes, step.text);
      const whole = Buffer.concat([await read(before, signal), text, await read(after, signal)]);
      const key = hmacKey === undefined ? undefined : await read(hmacKey, signal);
      bytes = cut(digestOf(whole, key, step), step);
    }
    return bytes;
  };
}

/** What is wrong with a step's settings; `path` leads to the step and ends in a dot where it is not the settings. */
export function prepareFaults(step: PrepareStep, path = ""): readonly SettingFault[] {
  const faults: SettingFault[] = [];
  if (step.digest === undefined && (step.hmacKey !== undefined || step.encoding !== undefined)) {
    faults.push({ path: `${path}digest`, message: "missing; hmacKey and encoding say how a digest is made" });
  }
  if (step.digest !== undefined && !prepareDigests.includes(step.digest)) {
    faults.push({ path: `${path}digest`, message: `an unknown digest, allowed ${prepareDigests.join(", ")}` });
  }
  if (step.encoding !== undefined && !prepareEncodings.includes(step.encoding)) {
    faults.push({ path: `${path}encoding`, message: `an unknown encoding, allowed ${prepareEncodings.join(", ")}` });
  }
  for (const name of ["truncate", "onlyOver"] as const) {
    const value = step[name];
    if (value !== undefined && !(Number.isInteger(value) && value >= 1 && value <= 1024)) {
      faults.push({ path: `${path}${name}`, message: `${value}, allowed whole numbers 1 to 1024` });
    }
  }
  return faults;
}

/** What is wrong with a format's `prepare` setting. */
export function preparationFaults(steps: readonly PrepareStep[]): readonly SettingFault[] {
  return steps.flatMap((step, index) => prepareFaults(step, `prepare[${index}].`));
}

type Part = Uint8Array | HashKey | undefined;

function partFor(format: string, part: PreparePart | undefined, stored: StoredPassword): Part {
  if (typeof part !== "string") return part;
  const text = part === "salt" ? stored.salt : stored.username;
  if (text === undefined || (part !== "salt" && text === "")) {
    throw damaged(format, `no ${part === "salt" ? "salt" : "user name"} beside the string`);
  }
  return Buffer.from(part === "lower-case username" ? text.toLowerCase() : text);
}

async function read(part: Part, signal: AbortSignal): Promise<Uint8Array> {
  if (part === undefined) return new Uint8Array();
  return part instanceof Uint8Array ? part : readHashKey(part, signal);
}

function digestOf(bytes: Uint8Array, key: Uint8Array | undefined, step: PrepareStep): Uint8Array {
  if (step.digest === undefined) return bytes;
  const made = key === undefined ? createHash(step.digest) : createHmac(step.digest, key);
  return written(made.update(bytes).digest(), step.encoding ?? "hex");
}

function written(digest: Buffer, encoding: PrepareEncoding): Uint8Array {
  switch (encoding) {
    case "raw":
      return digest;
    case "upper-hex":
      return Buffer.from(digest.toString("hex").toUpperCase());
    case "base64-unpadded":
      return Buffer.from(digest.toString("base64").replace(/=+$/, ""));
    case "hex":
    case "base64":
    case "base64url":
      return Buffer.from(digest.toString(encoding));
  }
}

function cut(bytes: Uint8Array, step: PrepareStep): Uint8Array {
  const end = step.cutAtNul === true && bytes.includes(0) ? bytes.indexOf(0) : bytes.length;
  return bytes.subarray(0, Math.min(end, step.truncate ?? end));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: PHP's trim() takes these, the NUL among them.
const phpSpace = /^[ \t\n\r\0\x0B]+|[ \t\n\r\0\x0B]+$/g;

function asText(bytes: Uint8Array, change: PrepareStep["text"]): Uint8Array {
  // Trimming touches ASCII alone, which Latin-1 shows byte by byte.
  if (change === "trim") return Buffer.from(Buffer.from(bytes).toString("latin1").replace(phpSpace, ""), "latin1");
  const text = change === undefined ? undefined : decodeUtf8(bytes);
  if (text === undefined || change === undefined) return bytes;
  return change === "nfkc" ? Buffer.from(text.normalize("NFKC")) : Buffer.from(text, change);
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  // A decoder replaces what is no UTF-8, and two different passwords would become one.
  return Buffer.from(text).equals(bytes) ? text : undefined;
}
