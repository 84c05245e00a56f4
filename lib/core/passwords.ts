import type { Deadline } from "./deadline.ts";
import { MigrationError } from "./errors.ts";
import type { Verdict } from "./outcome.ts";
import type { HashFormat, ParsedHash } from "./ports.ts";
import { maxPasswordBytes, Secret } from "./secret.ts";
import type { LegacyUser, StoredPassword } from "./user.ts";

/** What a function has for hashing. */
export interface HashBudget {
  /** The share of one whole processor: 1 at Lambda's 1,769 MB, less below. */
  readonly processorShare: number;
  /** The most memory that one hash may take, bytes. */
  readonly memoryBytes: number;
  /** The most time that one sign-in may spend on hashes, milliseconds at this function's speed. */
  readonly timeMs: number;
}

// What the ledger's write and the answer need after the hash.
const reserveMs = 250;

/** Checks passwords against what the legacy store keeps, one heavy hash at a time per environment. */
export interface PasswordChecker {
  /** First match wins, the time of all is spent. */
  check(password: Secret, user: LegacyUser, deadline: Deadline): Promise<Verdict>;
  /** The work of a check for a user who is not there. Never throws for a reason of its own. */
  decoy(password: Secret, deadline: Deadline): Promise<void>;
}

/** @param formats In the config's order: the first one with a decoy stands for the project's most common format. */
export function openPasswordChecker(formats: readonly HashFormat[], budget: HashBudget): PasswordChecker {
  let busy: Promise<unknown> = Promise.resolve();
  const decoyFormat = formats.find((format) => format.decoy !== undefined);

  function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const turn = busy.then(work, work);
    busy = turn.catch(() => undefined);
    return turn;
  }

  function verify(password: Secret, parsed: readonly ParsedHash[], deadline: Deadline): Promise<Verdict> {
    return oneAtATime(async () => {
      let verdict: Verdict = "mismatch";
      for (const one of parsed) {
        deadline.signal.throwIfAborted();
        if ((await one.verify(password, deadline.signal)) === "match") verdict = "match";
      }
      return verdict;
    });
  }

  return {
    async check(password, user, deadline) {
      const stored = storedPasswords(user);
      if (stored.length === 0)
        throw new MigrationError("HASH_UNKNOWN", `${user.source}: the user has no stored password`);
      const parsed = stored.map((one) => formatFor(formats, one).parse(one));
      holdAgainst(budget, parsed, deadline);
      return verify(password, parsed, deadline);
    },

    async decoy(password, deadline) {
      if (decoyFormat?.decoy === undefined) return;
      const parsed = [decoyFormat.parse(decoyFormat.decoy)];
      // What is too costly here is too costly for every user's hash of the format as well: nobody is worked for.
      if (costFault(budget, parsed) !== undefined) return;
      holdAgainst(budget, parsed, deadline);
      // No format takes an overlong password; the empty one costs the same.
      await verify(password.byteLength > maxPasswordBytes ? Secret.fromText("") : password, parsed, deadline);
    },
  };
}

function storedPasswords(user: LegacyUser): readonly StoredPassword[] {
  if (user.password === undefined) return [];
  return Array.isArray(user.password) ? user.password : [user.password as StoredPassword];
}

function formatFor(formats: readonly HashFormat[], stored: StoredPassword): HashFormat {
  if (stored.format !== undefined) {
    const named = formats.find((format) => format.name === stored.format);
    if (named !== undefined) return named;
    throw new MigrationError(
      "HASH_UNKNOWN",
      `the row names the format ${JSON.stringify(stored.format)}, listed are ${names(formats)}`,
    );
  }
  const claimed = formats.find((format) => format.recognizes(stored));
  if (claimed !== undefined) return claimed;
  const last = formats.at(-1);
  // The adopter's own function takes what no format claims, where it is the only or the last entry.
  if (last?.takesTheRest === true) return last;
  throw new MigrationError("HASH_UNKNOWN", `no listed format claims the stored password; listed are ${names(formats)}`);
}

function names(formats: readonly HashFormat[]): string {
  return formats.map((format) => format.name).join(", ");
}

function holdAgainst(budget: HashBudget, parsed: readonly ParsedHash[], deadline: Deadline): void {
  const fault = costFault(budget, parsed);
  if (fault !== undefined) throw fault;
  const costMs = costOf(parsed, budget);
  // Not the record's fault but the event's: the store was slow, and a retry may have the time.
  if (costMs > deadline.leftMs() - reserveMs) {
    throw new MigrationError(
      "DEADLINE_EXCEEDED",
      `the hash needs about ${Math.round(costMs)} ms, left are ${Math.round(deadline.leftMs())}`,
    );
  }
}

/** Why the hashes are too costly for this function, whatever time is left. */
function costFault(budget: HashBudget, parsed: readonly ParsedHash[]): MigrationError | undefined {
  const memoryBytes = Math.max(...parsed.map((one) => one.memoryBytes));
  if (memoryBytes > budget.memoryBytes) {
    return new MigrationError(
      "HASH_TOO_COSTLY",
      `the hash needs ${mebibytes(memoryBytes)} MiB, allowed at this memory size are ${mebibytes(budget.memoryBytes)}`,
    );
  }
  const costMs = costOf(parsed, budget);
  if (costMs <= budget.timeMs) return undefined;
  return new MigrationError(
    "HASH_TOO_COSTLY",
    `the hash needs about ${Math.round(costMs)} ms at this memory size, allowed are ${budget.timeMs}`,
  );
}

function costOf(parsed: readonly ParsedHash[], budget: HashBudget): number {
  return parsed.reduce((sum, one) => sum + one.costMs, 0) / budget.processorShare;
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}
