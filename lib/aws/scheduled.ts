import { describeFault, logToStdout } from "./log.ts";

interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** What a function does again and again. */
export interface ScheduledWork {
  /** For the log. */
  readonly name: string;
  /** @returns how often each thing was done, for the log: words and numbers, nothing of a user. */
  run(signal: AbortSignal): Promise<Readonly<Record<string, number>>>;
}

// What is under way is ended, and told of, before Lambda ends the function.
const answerMs = 5000;

/** A Lambda handler for a schedule. A fault fails the invocation: the alarm tells, and the next one begins anew. */
export function serveScheduled({ name, run }: ScheduledWork) {
  return async (_event: unknown, context: LambdaContext): Promise<void> => {
    const startedAt = performance.now();
    const base = { platform: "schedule", requestId: context.awsRequestId, request: name };
    const spent = () => Math.round(performance.now() - startedAt);
    try {
      const counts = await run(AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - answerMs)));
      const text = Object.entries(counts).map(([what, count]) => `${what} ${count}`);
      logToStdout({
        ...base,
        outcome: "done",
        ...(text.length === 0 ? {} : { message: text.join(", ") }),
        ms: spent(),
      });
    } catch (error) {
      logToStdout({ ...base, ...describeFault(error), ms: spent() });
      throw new Error(`${name} ended with a fault; its log line names it`);
    }
  };
}
