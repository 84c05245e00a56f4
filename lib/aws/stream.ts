import { isRecordFault } from "../core/errors.ts";
import { describeFault, logToStdout } from "./log.ts";

interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** What is done with one record; `undefined` of `work` is a record with nothing to do. */
export interface StreamWork {
  readonly sequenceNumber: string;
  readonly work?: (signal: AbortSignal) => Promise<void>;
}

/** The records that are to be delivered again (ReportBatchItemFailures). */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

// One record must not take the time of all behind it.
const recordMs = 5000;
const answerMs = 500;

/**
 * A Lambda handler for a DynamoDB stream: each record by itself, in their order. The first that fails is reported and
 * those behind it are left for the next delivery, which begins there.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function serveStream(read: (event: unknown) => readonly StreamWork[]) {
  return async (event: unknown, context: LambdaContext): Promise<BatchAnswer> => {
    const base = { platform: "ledger", requestId: context.awsRequestId, request: "stream" };
    for (const { sequenceNumber, work } of read(event)) {
      if (work === undefined) continue;
      const startedAt = performance.now();
      const spent = () => Math.round(performance.now() - startedAt);
      try {
        const limitMs = Math.min(recordMs, context.getRemainingTimeInMillis() - answerMs);
        await work(AbortSignal.timeout(Math.max(0, limitMs)));
        logToStdout({ ...base, outcome: "done", ms: spent() });
      } catch (error) {
        logToStdout({ ...base, ...describeFault(error), ms: spent() });
        // One user's record that no repetition mends must not hold up those behind it.
        if (isRecordFault(error)) continue;
        return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  };
}
