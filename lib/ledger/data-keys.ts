import { createSecretKey, type KeyObject } from "node:crypto";
import { untilAborted } from "../core/deadline.ts";
import type { DataKey, WrappingKey } from "../core/vault-ports.ts";

// Each key is one call to KMS when it is made and one in each environment that opens it; whoever had one key in the
// clear would have its thousand users.
const itemsPerKey = 1000;
// How long a key that KMS refuses from now on goes on working here.
const keepMs = 10 * 60_000;
// Enough for a hundred thousand users, in 64 kB.
const openedKeys = 100;

export interface DataKeySettings {
  readonly key: WrappingKey;
  /** The ledger's table. */
  readonly table: string;
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
}

/** A data key in memory, as a key object: printed, it shows nothing. */
export interface SealingKey {
  readonly plain: KeyObject;
  readonly sealed: Uint8Array;
}

/** The keys to open items with, each fetched once per environment, and again after ten minutes. */
export function openingKeys({ key, table, now = () => performance.now() }: DataKeySettings) {
  const kept = new Map<string, { readonly plain: KeyObject; readonly until: number }>();
  return async (sealed: Uint8Array, signal: AbortSignal): Promise<KeyObject> => {
    const name = Buffer.from(sealed).toString("base64");
    const entry = kept.get(name);
    kept.delete(name);
    const found =
      entry !== undefined && now() < entry.until
        ? entry
        : { plain: toKeyObject(await key.openDataKey(sealed, contextOf(table), signal)), until: now() + keepMs };
    kept.set(name, found);
    // A Map keeps the order of insertion: the first key is the one that was not needed for the longest time.
    for (const oldest of kept.keys()) {
      if (kept.size <= openedKeys) break;
      kept.delete(oldest);
    }
    return found.plain;
  };
}

/** The keys to seal items with: one for a thousand items or ten minutes. A failed call is never kept. */
export function sealingKeys({ key, table, now = () => performance.now() }: DataKeySettings) {
  let current: { readonly made: Promise<SealingKey>; readonly until: number; readonly signal: AbortSignal } | undefined;
  let used = 0;

  async function next(signal: AbortSignal): Promise<SealingKey> {
    if (current === undefined || used >= itemsPerKey || now() >= current.until) {
      const made = key.makeDataKey(contextOf(table), signal).then(toSealingKey);
      current = { made, until: now() + keepMs, signal };
      used = 0;
    }
    used += 1;
    const mine = current;
    try {
      return await untilAborted(mine.made, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (current === mine) current = undefined;
      // It was another's time that was over, not this one's.
      if (mine.signal.aborted) return next(signal);
      throw error;
    }
  }
  return next;
}

/** What KMS holds each call to, and logs: a key of one table opens nothing of another. deploy/roles.cjs names it too. */
function contextOf(table: string): Readonly<Record<string, string>> {
  return { "samekey-table": table };
}

function toSealingKey({ plain, sealed }: DataKey): SealingKey {
  return { plain: toKeyObject(plain), sealed };
}

function toKeyObject(bytes: Uint8Array): KeyObject {
  const object = createSecretKey(bytes);
  bytes.fill(0);
  return object;
}
