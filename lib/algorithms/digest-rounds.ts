// The work of a digest's check: the expression once, then its rounds in slices.

import { compareBytes, passwordToHash } from "../core/hash-check.ts";
import { type HashKey, readHashKey } from "../core/hash-key.ts";
import { runRounds } from "../core/hash-rounds.ts";
import type { Verdict } from "../core/outcome.ts";
import type { Secret } from "../core/secret.ts";
import type { DigestFunctions } from "./digest.ts";
import type { DigestProgram } from "./digest-program.ts";
import { encodePassword, type PasswordEncoding } from "./password-charset.ts";

/** An expression, and the stored digest as its bytes. */
export interface Candidate {
  readonly program: DigestProgram;
  readonly digest: Uint8Array;
}

/** A row that is ready to be checked. */
export interface RecipeCheck {
  readonly candidates: readonly Candidate[];
  readonly round: DigestProgram | undefined;
  readonly iterations: number;
  readonly values: ReadonlyMap<string, Uint8Array>;
  readonly passwordEncoding: PasswordEncoding;
  readonly pepper: HashKey | undefined;
}

/** @throws the signal's reason, MigrationError PASSWORD_UNUSABLE, SECRET_UNAVAILABLE */
export async function verifyRecipe(check: RecipeCheck, password: Secret, signal: AbortSignal): Promise<Verdict> {
  const pass = encodePassword(passwordToHash(password, signal), check.passwordEncoding);
  if (pass === undefined) return "mismatch";
  const values = new Map(check.values).set("pass", pass);
  if (check.pepper !== undefined) values.set("pepper", await readHashKey(check.pepper, signal));
  let verdict: Verdict = "mismatch";
  for (const { program, digest } of check.candidates) {
    const computed = await compute(program, check, values, signal);
    if (computed !== undefined && compareBytes(computed, digest) === "match") verdict = "match";
  }
  return verdict;
}

async function compute(
  program: DigestProgram,
  { round, iterations }: RecipeCheck,
  values: Map<string, Uint8Array>,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const digests = new Map<string, DigestFunctions>();
  for (const [name, digest] of [...program.digests, ...(round?.digests ?? [])]) digests.set(name, await digest.load());
  let last = program.evaluate({ values, digests });
  await runRounds(iterations - 1, signal, () => {
    if (last !== undefined) last = round?.evaluate({ values: values.set("last", last), digests });
  });
  return last;
}
