/** When the legacy side is no longer asked for users who are not known. */
export interface CircuitLimits {
  /** Failures in a minute, of all identifiers together. */
  readonly failuresPerMinute: number;
  /** The same of one app client. */
  readonly clientFailuresPerMinute: number;
  readonly openSeconds: number;
}

/** What is remembered of the failures of all identifiers. Times in milliseconds since 1970. */
export interface CircuitRecord {
  /** When the minute began that is counted. */
  readonly since: number;
  readonly failures: number;
  readonly clients: Readonly<Record<string, number>>;
  /** The end of the last opening; 0 where there was none. */
  readonly openUntil: number;
}

const minuteMs = 60_000;
// In the minute after an opening: a tenth of the limit shows whether the attack goes on.
const probeShare = 0.1;
// A pool may have a thousand app clients; those beyond are counted together with all alone.
const maxClients = 50;

/**
 * Adds failures.
 * @returns undefined where nothing is to be written, since the circuit is open.
 */
export function addFailures(
  record: CircuitRecord | undefined,
  failed: ReadonlyMap<string, number>,
  now: number,
  limits: CircuitLimits,
): CircuitRecord | undefined {
  if (record !== undefined && isOpen(record, now)) return undefined;
  const before =
    record !== undefined && now < record.since + minuteMs
      ? record
      : { since: now, failures: 0, clients: {}, openUntil: record?.openUntil ?? 0 };
  const clients = new Map(Object.entries(before.clients));
  let { failures } = before;
  for (const [client, count] of failed) {
    failures += count;
    if (clients.has(client) || clients.size < maxClients) clients.set(client, (clients.get(client) ?? 0) + count);
  }
  const share = before.since === before.openUntil ? probeShare : 1;
  const reached = (count: number, limit: number) => count >= Math.ceil(limit * share);
  const trips =
    reached(failures, limits.failuresPerMinute) ||
    [...clients.values()].some((count) => reached(count, limits.clientFailuresPerMinute));
  if (!trips) return { ...before, failures, clients: Object.fromEntries(clients) };
  const openUntil = now + limits.openSeconds * 1000;
  return { since: openUntil, failures: 0, clients: {}, openUntil };
}

export function isOpen({ openUntil }: CircuitRecord, now: number): boolean {
  return now < openUntil;
}
