import { notAuthorized } from "./fault.ts";

/**
 * Cognito's own brake on wrong passwords: from the fifth failure on a user is locked for 1 s, doubling with each further
 * failure up to about 15 minutes; tries during a lock neither count nor prolong it; 15 quiet minutes or a right password
 * start anew (developer guide, "Sign-in lockout behavior"). It covers users of the pool only: whoever is still to be
 * migrated is not covered, and the legacy side must count for itself.
 */
export interface Lockouts {
  /** @throws CognitoFault NotAuthorizedException "Password attempts exceeded" while the user is locked. */
  check(sub: string): void;
  failed(sub: string): void;
  succeeded(sub: string): void;
}

const freeFailures = 5;
const longestMs = 15 * 60 * 1000;

export function openLockouts(now: () => Date): Lockouts {
  const records = new Map<string, { readonly failures: number; readonly last: number; readonly until: number }>();
  return {
    check: (sub) => {
      const record = records.get(sub);
      if (record === undefined) return;
      const time = now().getTime();
      if (time < record.until) throw notAuthorized("Password attempts exceeded");
      if (time - record.last >= longestMs) records.delete(sub);
    },
    failed: (sub) => {
      const failures = (records.get(sub)?.failures ?? 0) + 1;
      const last = now().getTime();
      const lockMs = failures < freeFailures ? 0 : Math.min(longestMs, 1000 * 2 ** (failures - freeFailures));
      records.set(sub, { failures, last, until: last + lockMs });
    },
    succeeded: (sub) => {
      records.delete(sub);
    },
  };
}
