// A password kept as an expression of digests: compiled once with the settings, checked against one row after another.

import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { MigrationError } from "../core/errors.ts";
import { costWithin, damaged, readBound } from "../core/hash-bounds.ts";
import type { HashKey } from "../core/hash-key.ts";
import type { ParsedHash } from "../core/ports.ts";
import type { SettingFault } from "../core/setting-faults.ts";
import type { Digests } from "./digest.ts";
import { compileDigestExpression, type DigestProgram, maxValueBytes } from "./digest-program.ts";
import { type Candidate, verifyRecipe } from "./digest-rounds.ts";
import { type PasswordEncoding, passwordEncodings } from "./password-charset.ts";

/** The settings that every family of digests takes. */
export interface RecipeSettings {
  /** The character set in which the old site took passwords; default `utf8`. */
  readonly passwordEncoding?: PasswordEncoding;
  /** Project-wide key material, `$pepper` in the expression. */
  readonly pepper?: HashKey;
  /** The most iterations, 100,000 to 5,000,000; default 1,000,000, which takes 2 s on one whole processor. */
  readonly maxIterations?: number;
}

export interface Recipe {
  /** Any of them may be the one; those whose digests have another length than the stored one are left out. */
  readonly expressions: readonly string[];
  /** Each iteration after the first, of `$last`; `digest` stands for the outermost one. Default `digest($last)`. */
  readonly round?: string;
  readonly digests: Digests;
}

/** One row. */
export interface RecipeRow {
  /** In hexadecimal or base64, or decoded. */
  readonly digest: string | Uint8Array;
  /** The variables of the expression but `$pass`, `$pepper` and `$last`. */
  readonly value: (name: string) => Uint8Array | undefined;
  readonly iterations?: number;
  /** The one way in which the digest is written; either without it. */
  readonly encoding?: "hex" | "base64";
}

export interface CompiledRecipe {
  readonly faults: readonly SettingFault[];
  /** @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY */
  check(row: RecipeRow): ParsedHash;
}

const maxIterationsBound = { usual: 1_000_000, min: 100_000, max: 5_000_000 };
const memoryBytes = 65_536;

/** @param path The setting that a fault of the expression is reported for. */
export function compileRecipe(format: string, path: string, recipe: Recipe, settings: RecipeSettings): CompiledRecipe {
  const { passwordEncoding = "utf8", pepper } = settings;
  const maxIterations = readBound("maxIterations", settings.maxIterations, maxIterationsBound);
  const { programs, rounds, faults } = compilePrograms(path, recipe);
  const used = new Set([...programs, ...rounds.values()].flatMap((program) => [...program.variables]));
  const allFaults = [
    ...faults,
    ...(faults.length > 0 ? [] : pepperFaults(used.has("pepper"), pepper)),
    ...(passwordEncodings.includes(passwordEncoding)
      ? []
      : [{ path: "passwordEncoding", message: `not known, allowed ${passwordEncodings.join(", ")}` }]),
    ...maxIterations.faults,
  ];
  return {
    faults: allFaults,
    check(row) {
      if (allFaults.length > 0) throw damaged(format, "cannot be checked with wrong settings");
      const iterations = costWithin(format, "iterations", row.iterations ?? 1, { min: 1, max: maxIterations.value });
      const candidates = candidatesOf(format, programs, row);
      const round = iterations === 1 ? undefined : roundOf(format, candidates, rounds);
      const needed = [...candidates.map(({ program }) => program), ...(round === undefined ? [] : [round])];
      const values = rowValues(format, new Set(needed.flatMap(({ variables }) => [...variables])), row);
      const firstMs = candidates.reduce((sum, { program }) => sum + program.costMs, 0);
      return {
        costMs: firstMs + candidates.length * (iterations - 1) * (round?.costMs ?? 0),
        memoryBytes,
        verify: (password, signal) =>
          verifyRecipe({ candidates, round, iterations, values, passwordEncoding, pepper }, password, signal),
      };
    },
  };
}

interface Programs {
  readonly programs: readonly DigestProgram[];
  /** By the name of the outermost digest. */
  readonly rounds: ReadonlyMap<string, DigestProgram>;
  readonly faults: readonly SettingFault[];
}

function compilePrograms(path: string, { expressions, round = "digest($last)", digests }: Recipe): Programs {
  try {
    const programs = expressions.map((expression) => compileDigestExpression(expression, digests));
    const names = programs.flatMap(({ outermost }) => (outermost === undefined ? [] : [outermost]));
    const rounds = names.map((name): readonly [string, DigestProgram] => {
      const expression = round.replace(/\bdigest\(/g, `${name.replaceAll("-", "_")}(`);
      return [name, compileDigestExpression(expression, digests)];
    });
    return { programs, rounds: new Map(rounds), faults: [] };
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return { programs: [], rounds: new Map(), faults: [{ path, message: error.message }] };
  }
}

function pepperFaults(used: boolean, pepper: HashKey | undefined): readonly SettingFault[] {
  if (used === (pepper !== undefined)) return [];
  const message = used
    ? "not there, needed is the project-wide key that the expression has as $pepper"
    : "set, but nothing uses it; the expression has no $pepper";
  return [{ path: "pepper", message }];
}

/** The expressions whose digest is as long as the stored one. */
function candidatesOf(format: string, programs: readonly DigestProgram[], row: RecipeRow): readonly Candidate[] {
  const found = programs.flatMap((program) => {
    const digest = decode(row, program.bytes);
    return digest === undefined ? [] : [{ program, digest }];
  });
  if (found.length > 0) return found;
  const lengths = [...new Set(programs.map(({ bytes }) => bytes))].join(" or ");
  throw damaged(format, `no digest of ${lengths} bytes in ${row.encoding ?? "hex or base64"}`);
}

/** A digest's hexadecimal form is longer than its base64, so its length tells which of the two it is. */
function decode({ digest, encoding }: RecipeRow, bytes: number): Uint8Array | undefined {
  if (typeof digest !== "string") return digest.length === bytes ? digest : undefined;
  if (digest.length === 2 * bytes) return encoding === "base64" ? undefined : decodeHex(digest);
  const decoded = encoding === "hex" ? undefined : decodeBase64(digest);
  return decoded?.length === bytes ? decoded : undefined;
}

function roundOf(
  format: string,
  candidates: readonly Candidate[],
  rounds: ReadonlyMap<string, DigestProgram>,
): DigestProgram {
  const [outermost, ...others] = new Set(candidates.map(({ program }) => program.outermost));
  const round = outermost === undefined || others.length > 0 ? undefined : rounds.get(outermost);
  if (round === undefined) throw damaged(format, "iterations of what is no plain digest");
  return round;
}

const computedNames: ReadonlySet<string> = new Set(["pass", "pepper", "last"]);

function rowValues(format: string, names: ReadonlySet<string>, row: RecipeRow): ReadonlyMap<string, Uint8Array> {
  const values = new Map<string, Uint8Array>();
  for (const name of names) {
    if (computedNames.has(name)) continue;
    const value = row.value(name);
    if (value === undefined) throw damaged(format, `no ${name} beside the string, or not in its encoding`);
    if (value.length > maxValueBytes)
      throw damaged(format, `${value.length} bytes of ${name}, allowed ${maxValueBytes}`);
    values.set(name, value);
  }
  return values;
}
