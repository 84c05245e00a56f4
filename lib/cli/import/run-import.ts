import type { ImportServices, ImportVerdict } from "../../core/import-user.ts";
import type { ImportedUser } from "../../core/imported-user.ts";
import { identifiersOf } from "../../core/legacy-users.ts";
import type { ImportRecord } from "../../core/ports.ts";
import { legacyKeyFor } from "../../core/sign-in.ts";
import type { Seen } from "./seen.ts";
import type { Counter } from "./tally.ts";

export interface ImportRun {
  readonly records: AsyncIterable<ImportRecord>;
  /** The source that the users are of: with its live twin a user has one row. */
  readonly source: string;
  /** Plans, or does. */
  readonly each: (user: ImportedUser, services: ImportServices, signal: AbortSignal) => Promise<ImportVerdict>;
  readonly services: ImportServices;
  readonly seen: Seen;
  readonly counter: Counter;
  /** Gets each refused record, as it stood in the file. */
  readonly onRefused: (line: number, reason: string, raw: string) => Promise<void>;
  readonly onProgress: () => void;
  /** Ends the run after what is under way. */
  readonly stop: AbortSignal;
}

const atOnce = 16;
// A table that is throttled for longer than this is no matter of waiting.
const userMs = 60_000;

/**
 * Takes every record of a file, several at a time. A record's own fault is counted and the rest goes on; a fault of the
 * ledger or the vault ends the run, and running it again goes on where it ended.
 */
export async function runImport(run: ImportRun): Promise<void> {
  const { records, source, each, services, seen, counter, onRefused, onProgress, stop } = run;
  const underWay = new Set<Promise<void>>();
  let fault: { readonly error: unknown } | undefined;

  async function refuse(line: number, reason: string, raw: string): Promise<void> {
    counter.refuse(line, reason);
    await onRefused(line, reason, raw);
    onProgress();
  }

  async function take(line: number, raw: string, user: ImportedUser): Promise<void> {
    const verdict = await each(user, services, AbortSignal.timeout(userMs));
    if (verdict.kind === "refused") return refuse(line, verdict.reason, raw);
    counter.add(line, user, verdict);
    onProgress();
  }

  for await (const record of records) {
    if (fault !== undefined || stop.aborted) break;
    const { line, raw } = record;
    if (record.kind === "refused") {
      await refuse(line, record.reason, raw);
      continue;
    }
    const user = { ...record.user, source };
    const names = [`id ${legacyKeyFor(user, services.sources)}`, ...identifiersOf(user, services.identifiers)];
    const first = seen.add(names, line);
    if (first !== undefined) {
      await refuse(line, "an id or identifier that stands in the file before", raw);
      continue;
    }
    const one = take(line, raw, user)
      .catch((error: unknown) => {
        fault ??= { error };
      })
      .finally(() => underWay.delete(one));
    underWay.add(one);
    if (underWay.size >= atOnce) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (fault !== undefined) throw fault.error;
}
