import type { LedgerRows } from "./import-ports.ts";
import { type ImportAnswer, type ImportServices, importUser, planImport } from "./import-user.ts";
import type { ImportedUser } from "./imported-user.ts";
import { identifiersOf } from "./legacy-users.ts";
import { legacyKeyFor } from "./sign-in.ts";
import { tombstoneNames } from "./tombstones.ts";
import { inTurns, openTurns, type Turns } from "./turns.ts";
import { userId } from "./user.ts";

/** The most users that one batch has. */
export const maxBatch = 500;

export interface BatchServices extends ImportServices {
  readonly rows: LedgerRows;
}

export interface BatchRun {
  /** Says what would happen, and writes nothing. */
  readonly plan: boolean;
  /** Ends the batch after what is under way; the users who are left are answered `left`. */
  readonly stop: AbortSignal;
  /** Shared by batches that overlap; without it a batch has its own. */
  readonly turns?: Turns;
}

/** `left` was not looked at: the time was over. */
export type BatchAnswer = ImportAnswer | { readonly kind: "left" };

const width = 16;

/** How many users are under way at a time. */
export function importTurns(): Turns {
  return openTurns(width);
}

// A table that is throttled for longer than this is no matter of waiting.
const userMs = 60_000;

/**
 * Imports users, several at a time: what the command, the HTTP API and the distributed run have in common. Each user is
 * answered, in the order of the users. A fault of the ledger, the vault or the platform ends the batch, and running it
 * again goes on where it ended. Users of one batch are distinct (`namesOf`).
 * @throws MigrationError LEDGER_UNAVAILABLE, LEDGER_DAMAGED, VAULT_UNAVAILABLE, PLATFORM_UNAVAILABLE, CONFIG_INVALID
 */
export async function importBatch(
  users: readonly ImportedUser[],
  services: BatchServices,
  { plan, stop, turns = importTurns() }: BatchRun,
): Promise<readonly BatchAnswer[]> {
  const signal = AbortSignal.timeout(userMs);
  const rows = await services.rows.read(
    users.map(({ source, id }) => ({ source, legacyId: id })),
    signal,
  );
  const owners = plan
    ? await services.rows.owners([...new Set(users.flatMap((one) => identifiersOf(one, services.identifiers)))], signal)
    : undefined;
  // The import itself is told by the write; a plan has to look.
  const erased = plan
    ? await services.rows.erased(
        users.flatMap((one) => marksOf(one, services)),
        signal,
      )
    : undefined;
  const each = plan ? planImport : importUser;
  const answers: BatchAnswer[] = users.map(() => ({ kind: "left" }));
  await inTurns(turns, users, async (user, index) => {
    if (stop.aborted) return;
    const row = rows.get(userId({ source: user.source, legacyId: user.id }));
    const known =
      owners === undefined || erased === undefined
        ? { row }
        : { row, owners, erased: marksOf(user, services).some((name) => erased.has(name)) };
    answers[index] = await within(userMs, (signal) => each(user, services, known, signal));
  });
  return answers;
}

function marksOf(user: ImportedUser, { sources, identifiers }: ImportServices): readonly string[] {
  return tombstoneNames({
    source: user.source,
    legacyId: user.id,
    legacyKey: legacyKeyFor(user, sources),
    identifiers: identifiersOf(user, identifiers),
  });
}

/** By hand and not with AbortSignal.timeout, which leaves a timer behind for each user who was done in time. */
async function within<Result>(ms: number, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const limit = new AbortController();
  const late = () => limit.abort(new DOMException(`not done within ${ms} ms`, "TimeoutError"));
  const timer = setTimeout(late, ms);
  try {
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** What no two users of one import may have in common. */
export function namesOf(
  user: ImportedUser,
  { sources, identifiers }: Pick<ImportServices, "sources" | "identifiers">,
): readonly string[] {
  return [`id ${legacyKeyFor(user, sources)}`, ...identifiersOf(user, identifiers)];
}
