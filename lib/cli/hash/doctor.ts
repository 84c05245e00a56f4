import { MigrationError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import type { Patient, Trial } from "./trial.ts";
import { trialsOf } from "./trials.ts";

export interface Diagnosis {
  readonly line: string;
  readonly row: string | undefined;
  /** How many ways were tried. */
  readonly tried: number;
}

/** The search ends after this long, or when all ways are tried. */
export const searchMs = 60_000;

/**
 * Finds out how a known password was stored, by trying: what the string says itself, then the known products, then
 * digests over algorithms, encodings, salt positions, nestings, keys and iteration counts, then PBKDF2 and scrypt keys.
 */
export async function diagnose(
  patient: Patient,
  now: () => number = () => performance.now(),
): Promise<Diagnosis | number> {
  const end = now() + searchMs;
  let tried = 0;
  for (const trial of trialsOf(patient)) {
    if (now() > end) break;
    tried += 1;
    if (await matches(trial, patient.password)) return { line: trial.line, row: trial.row, tried };
  }
  return tried;
}

async function matches({ make }: Trial, password: Secret): Promise<boolean> {
  try {
    const { format, stored } = make();
    return (await format.parse(stored).verify(password, AbortSignal.timeout(searchMs))) === "match";
  } catch (error) {
    // A way that does not fit the string or lacks something of the row is no way.
    if (error instanceof MigrationError) return false;
    throw error;
  }
}
