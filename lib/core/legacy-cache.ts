import type { LegacyUser } from "./user.ts";

/** What a look-up in the legacy store told, as far as a gate or a sign-up needs it. Never a verdict on a password. */
export interface LegacyStatus {
  readonly known: boolean;
  readonly enabled: boolean;
  /** Where changes are watched (lib/core/drift.ts). */
  readonly fingerprint?: string;
}

export function statusOf(user: LegacyUser | undefined): LegacyStatus {
  return { known: user !== undefined, enabled: user?.enabled ?? false };
}

/** Bounds of the look-ups that anyone can cause without a password. */
export interface LegacyCacheLimits {
  /** How long an answer is kept, seconds. */
  readonly keepSeconds: number;
  /** The most look-ups of one environment in a minute; beyond it the answer is "unavailable". */
  readonly perMinute: number;
  /** The most answers kept. */
  readonly entries: number;
}

export interface LegacyCache {
  /** @returns undefined when this minute's look-ups are used up. */
  status(key: string, look: () => Promise<LegacyStatus>): Promise<LegacyStatus | undefined>;
  /** Has the next `status` look afresh. */
  forget(key: string): void;
}

/** Remembers answers of the legacy store within one environment. A fault is never kept. */
export function openLegacyCache(limits: LegacyCacheLimits, now: () => Date): LegacyCache {
  const kept = new Map<string, { readonly status: LegacyStatus; readonly at: number }>();
  let minute = 0;
  let used = 0;

  function mayAsk(): boolean {
    const current = Math.floor(now().getTime() / 60_000);
    if (current !== minute) {
      minute = current;
      used = 0;
    }
    used += 1;
    return used <= limits.perMinute;
  }

  // A clock that was set back says that an answer is yet to come: it would be kept for as long as that.
  function isFresh(at: number): boolean {
    const age = now().getTime() - at;
    return age >= 0 && age < limits.keepSeconds * 1000;
  }

  return {
    forget(key) {
      kept.delete(key);
    },
    async status(key, look) {
      const entry = kept.get(key);
      if (entry !== undefined && isFresh(entry.at)) return entry.status;
      if (!mayAsk()) return undefined;
      const status = await look();
      kept.delete(key);
      kept.set(key, { status, at: now().getTime() });
      // A Map keeps the order of insertion: the first key is the oldest answer.
      for (const oldest of kept.keys()) {
        if (kept.size <= limits.entries) break;
        kept.delete(oldest);
      }
      return status;
    },
  };
}
