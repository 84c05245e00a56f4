import type { AttemptLimits } from "./attempt.ts";
import type { CircuitLimits } from "./circuit.ts";
import type { Secret } from "./secret.ts";

/** How often users may be tried whom the platform does not know. */
export interface ThrottleLimits extends AttemptLimits {
  /** Absent when the circuit is turned off. */
  readonly circuit: CircuitLimits | undefined;
}

/**
 * Five free failures, then 1 s and doubling to 15 min, is what Cognito itself does for its own users, and what OWASP's
 * Authentication Cheat Sheet advises (exponential lockout from 1 s). A hundred failures are NIST SP 800-63B's most
 * (5.2.2; an hour is the longest delay that it names).
 */
export const defaultThrottle: ThrottleLimits & { readonly circuit: CircuitLimits } = {
  freeFailures: 5,
  firstDelaySeconds: 1,
  maxDelaySeconds: 900,
  maxFailures: 100,
  forgetSeconds: 3600,
  circuit: { failuresPerMinute: 300, clientFailuresPerMinute: 200, openSeconds: 60 },
};

/** What somebody tries. */
export interface Attempt {
  readonly kind: "sign-in" | "look-up" | "sign-up";
  /** Canonical. */
  readonly identifier: string;
  /** The platform's id of the application; counted for the circuit alone. */
  readonly client?: string | undefined;
  /** Where there is one. */
  readonly password?: Secret;
}

/** An attempt that may be checked. What it came to is told by one of these. */
export interface CountedAttempt {
  /** The legacy side did not let the user in. */
  failed(signal: AbortSignal): Promise<void>;
  /** Right password: earlier failures are forgotten. */
  succeeded(signal: AbortSignal): Promise<void>;
  /** A fault: nobody has learned anything. The attempt is taken back where no other one came after it. Never throws. */
  undone(): Promise<void>;
}

/** Counts attempts, so that the hook is no way to try passwords. Each call throws LEDGER_UNAVAILABLE for a fault. */
export interface Throttle {
  /** Counts an attempt, before anything is checked. @returns undefined when it is throttled. */
  count(attempt: Attempt, signal: AbortSignal): Promise<CountedAttempt | undefined>;
  /** Whether so many attempts fail that the legacy side is asked for known users alone. */
  isOpen(): boolean;
}
