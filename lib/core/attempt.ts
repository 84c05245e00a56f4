/** How often one identifier may be tried. Times in seconds. */
export interface AttemptLimits {
  /** Failures that delay nothing. */
  readonly freeFailures: number;
  /** The delay after the first failure beyond them; each further one doubles it. */
  readonly firstDelaySeconds: number;
  readonly maxDelaySeconds: number;
  /** The most failures that are remembered: then nothing is tried until three are forgotten. */
  readonly maxFailures: number;
  /** In which time one failure is forgotten. */
  readonly forgetSeconds: number;
}

/** What is remembered of one identifier's attempts. Times in milliseconds since 1970. */
export interface AttemptRecord {
  /** Failures, less what has been forgotten until `at`. An attempt counts as one before it is checked. */
  readonly level: number;
  /** When the last attempt was counted. */
  readonly at: number;
  readonly blockedUntil: number;
  /** How many attempts come between the last delay and the next one. */
  readonly left: number;
  /** Tells the last attempt's password from another one, and nothing more. */
  readonly tag: string;
}

export type AttemptAnswer =
  /** May be checked, and stands as a failure from now on. `before` is how many there were. */
  | { readonly kind: "counted"; readonly record: AttemptRecord; readonly before: number }
  /** The attempt that was counted last, once more: it may be checked, and counts no second time. */
  | { readonly kind: "repeated"; readonly before: number }
  | { readonly kind: "throttled" };

// Cognito calls a trigger up to three times, a new one every 5 s:
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
const repeatMs = 15_000;

// Once the longest delay is reached this many come between two of them: with one alone, a slow attacker who comes every
// few minutes would take each, and the owner would never be let in.
const triesBetween = 3;

/** Counts an attempt before it is checked, so that guesses at the same moment are counted one after another. */
export function countAttempt(
  record: AttemptRecord | undefined,
  tag: string,
  now: number,
  limits: AttemptLimits,
): AttemptAnswer {
  const before = record === undefined ? 0 : levelAt(record, now, limits);
  if (record !== undefined && record.tag === tag && now - record.at < repeatMs) {
    return { kind: "repeated", before: before - 1 };
  }
  if (record !== undefined && now < record.blockedUntil) return { kind: "throttled" };
  const level = before + 1;
  if (level > limits.maxFailures) return { kind: "throttled" };
  const left = (record?.left ?? 1) - 1;
  // None at all, not one until now: another environment's clock may be behind.
  const free = { level, at: now, blockedUntil: 0, left, tag };
  if (Math.round(level) < limits.maxFailures && (left > 0 || Math.round(level) <= limits.freeFailures)) {
    return { kind: "counted", before, record: { ...free, left: Math.max(1, left) } };
  }
  const delay = delayMs(level, limits);
  const next = delay < limits.maxDelaySeconds * 1000 ? 1 : triesBetween;
  return { kind: "counted", before, record: { ...free, blockedUntil: now + delay, left: next } };
}

/** What is left of the failures: they are forgotten bit by bit, not all at once. */
function levelAt({ level, at }: AttemptRecord, now: number, { forgetSeconds }: AttemptLimits): number {
  return Math.max(0, level - Math.max(0, now - at) / (forgetSeconds * 1000));
}

function delayMs(level: number, limits: AttemptLimits): number {
  const { freeFailures, firstDelaySeconds, maxDelaySeconds, maxFailures, forgetSeconds } = limits;
  // The fifth of five quick failures is at 4.99…: the whole number that is meant is the nearest.
  const count = Math.round(level);
  if (count >= maxFailures) return Math.max(maxDelaySeconds, triesBetween * forgetSeconds) * 1000;
  return Math.min(maxDelaySeconds, firstDelaySeconds * 2 ** (count - freeFailures - 1)) * 1000;
}

/** From when on a record says nothing more, milliseconds since 1970. */
export function endOf({ level, at, blockedUntil }: AttemptRecord, { forgetSeconds }: AttemptLimits): number {
  return Math.max(at + level * forgetSeconds * 1000, blockedUntil);
}
