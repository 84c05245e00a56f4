import { type Deadline, openDeadline } from "../core/deadline.ts";
import { Refusal } from "../core/errors.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Hook } from "../core/ports.ts";
import type { AuthRequest } from "../core/request.ts";
import { describeFault, describeOutcome, logToStdout } from "./log.ts";

/** What a function does with a request. */
export interface Job {
  answer(request: AuthRequest, deadline: Deadline): Promise<Outcome>;
  /** What becomes of a fault: it stops the event, or the event goes on as if allowed (bookkeeping). */
  readonly onFault: "stop" | "pass";
  /** The most time that one event may take, milliseconds. */
  readonly limitMs: number;
}

interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** The one sentence for every fault: nobody who signs in learns what is broken. */
export const faultSentence = "Signing in is not possible at the moment. Please try again.";

// For the answer's way back, and so that Lambda does not end the function in the middle of a write.
const answerMs = 300;

/**
 * A hook and a job as a Lambda handler: one deadline per event, one log line, one generic sentence for every fault.
 * The deadline is the smaller of Lambda's remaining time less 300 ms and the job's limit less what init took, since the
 * platform's time runs from the call, and Lambda's only from the end of init.
 */
export function serve<Event, Answer>(hook: Hook<Event, Answer>, job: Job) {
  let initMs = performance.now();

  return async (event: Event, context: LambdaContext): Promise<Answer> => {
    const startedAt = performance.now();
    const limitMs = Math.min(context.getRemainingTimeInMillis() - answerMs, job.limitMs - initMs);
    initMs = 0;
    const deadline = openDeadline(limitMs);
    const base = { platform: hook.platform, requestId: context.awsRequestId };
    const spent = () => Math.round(performance.now() - startedAt);
    let kind: AuthRequest["kind"] | undefined;
    const log = (told: ReturnType<typeof describeOutcome> | ReturnType<typeof describeFault>) =>
      logToStdout({ ...base, ...(kind === undefined ? {} : { request: kind }), ...told, ms: spent() });
    try {
      const request = hook.parse(event);
      kind = request.kind;
      const outcome = await job.answer(request, deadline);
      log(describeOutcome(outcome));
      return hook.render(outcome, event);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      log(describeFault(error));
      if (job.onFault === "pass") return hook.render({ kind: "allowed" }, event);
      throw new Error(faultSentence);
    } finally {
      deadline.clear();
    }
  };
}
