import { isDeepStrictEqual } from "node:util";
import { serviceError } from "./wire.ts";

/** How long DynamoDB remembers a ClientRequestToken, milliseconds; counted from the end of the first request. */
const windowMs = 10 * 60 * 1000;

export interface Idempotency {
  /** Whether this was done already. @throws ServiceError IdempotentParameterMismatchException for other actions. */
  wasDone(token: string, actions: unknown): boolean;
  done(token: string, actions: unknown): void;
}

/** The tokens of transactions that were done. One that was cancelled is not remembered: it may be tried again. */
export function openIdempotency(now: () => number): Idempotency {
  const remembered = new Map<string, { readonly actions: unknown; readonly until: number }>();
  return {
    wasDone: (token, actions) => {
      for (const [old, { until }] of remembered) {
        if (until <= now()) remembered.delete(old);
      }
      const first = remembered.get(token);
      if (first === undefined) return false;
      if (isDeepStrictEqual(first.actions, actions)) return true;
      throw serviceError(
        "IdempotentParameterMismatchException",
        "The request uses the same client token as a previous, but non-identical request.",
      );
    },
    done: (token, actions) => {
      remembered.set(token, { actions, until: now() + windowMs });
    },
  };
}
