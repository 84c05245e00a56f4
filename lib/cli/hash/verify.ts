import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { MigrationError } from "../../core/errors.ts";
import type { HashParams } from "../../core/hash-family.ts";
import { Secret } from "../../core/secret.ts";
import { dialects, formats } from "./registry.ts";

export type CheckVerdict =
  | { readonly verdict: "match" | "mismatch" }
  | { readonly verdict: "refused"; readonly code: string; readonly message: string };

/** What is to be checked; `format` is a dialect's id, or absent where the string tells by itself. */
export interface Check {
  readonly format?: string | undefined;
  readonly hash: string;
  readonly params: HashParams;
  readonly password: Secret;
}

// Nobody waits for a platform here.
const limitMs = 60_000;

/** Checks one password. What a sign-in would refuse is refused here too, with its code. */
export async function checkPassword({ format, hash, params, password }: Check): Promise<CheckVerdict> {
  try {
    const { format: chosen, stored } = choose(format, hash, params);
    return { verdict: await chosen.parse(stored).verify(password, AbortSignal.timeout(limitMs)) };
  } catch (error) {
    if (error instanceof MigrationError) return { verdict: "refused", code: error.code, message: error.message };
    throw error;
  }
}

function choose(id: string | undefined, hash: string, params: HashParams) {
  if (id !== undefined) {
    const found = dialects.get(id);
    if (found !== undefined) return found.dialect.read(hash, params, formats);
    throw new MigrationError("HASH_UNKNOWN", `no format ${JSON.stringify(id)}; samekey hash formats lists them`);
  }
  const format = formats.find((one) => one.recognizes({ encoded: hash }));
  if (format !== undefined) return { format, stored: { encoded: hash } };
  throw new MigrationError("HASH_UNKNOWN", "no format claims the string by itself; name it with --format");
}

/** Reads JSON lines `{format, hash, params, password_hex}` and answers one object a line. */
export async function* checkBatch(file: string): AsyncGenerator<{ readonly line: number } & Record<string, unknown>> {
  const lines = createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text.trim() === "") continue;
    const check = parseLine(text);
    if (check === undefined) {
      yield { line, verdict: "refused", code: "EVENT_INVALID" };
      continue;
    }
    const answer = await checkPassword(check);
    yield answer.verdict === "refused" ? { line, verdict: "refused", code: answer.code } : { line, ...answer };
  }
}

function parseLine(text: string): Check | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { format, hash, params = {}, password_hex: hex } = value as Readonly<Record<string, unknown>>;
  if (typeof format !== "string" || typeof hash !== "string" || typeof hex !== "string") return undefined;
  if (typeof params !== "object" || params === null || !/^(?:[0-9a-f]{2})*$/i.test(hex)) return undefined;
  return { format, hash, params: params as HashParams, password: Secret.fromBytes(Buffer.from(hex, "hex")) };
}
