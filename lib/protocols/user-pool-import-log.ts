import { type CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";

/** What the log of an import job says of the rows of its file. */
export interface ImportLog {
  /** Whether waiting is over: it tells of that many rows, or counts otherwise than the file and never will. */
  isWhole(expected: number): boolean;
  /** What it says of a line of the file; undefined where it says nothing, or nothing that can be relied on. */
  of(line: number): { readonly outcome: ToldOutcome; readonly reason: string } | undefined;
}

export type ToldOutcome = "succeeded" | "skipped" | "failed";

export interface LogPlace {
  readonly logGroupName: string;
  readonly logStreamName: string;
}

const outcomes: readonly ToldOutcome[] = ["succeeded", "skipped", "failed"];
const codeOf: ReadonlyMap<string, number> = new Map(outcomes.map((word, index) => [word.toUpperCase(), index + 1]));
// Developer guide, "Viewing the user pool import results in the CloudWatch console". Other lines are Cognito's tests of
// the log.
const lineForm = /^\[(SUCCEEDED|SKIPPED|FAILED)\] Line Number ([0-9]{1,7}) - ([\s\S]*)$/;
const contradicted = 255;
/** Reasons are few sentences; of a log that has more, the last one stands for the rest. */
const maxReasons = 5000;

/**
 * Reads a job's log from its beginning to its end, for a file whose users stand on the lines 2 to `rows` + 1. Memory is
 * three bytes a row. A line that the file does not have means that the log counts otherwise than the file: then it
 * tells of nobody, since a neighbour's outcome is worse than none. A row that is told of in two ways is not told of.
 * @throws the SDK's errors: ResourceNotFoundException while there is no such log yet.
 */
export async function readImportLog(
  logs: CloudWatchLogsClient,
  place: LogPlace,
  rows: number,
  signal: AbortSignal,
): Promise<ImportLog> {
  const codes = new Uint8Array(rows + 2);
  const reasonOf = new Uint16Array(rows + 2);
  const reasons: string[] = [];
  const known = new Map<string, number>();
  let told = 0;
  let counted = true;

  const note = (message: string): void => {
    const [, word = "", number = "", sentence = ""] = lineForm.exec(message.trim()) ?? [];
    if (word === "") return;
    const line = Number(number);
    if (line < 2 || line > rows + 1) {
      counted = false;
      return;
    }
    const code = codeOf.get(word) ?? contradicted;
    if (codes[line] === 0) {
      codes[line] = code;
      reasonOf[line] = reasonNumber(sentence);
      told += 1;
    } else if (codes[line] !== code && codes[line] !== contradicted) codes[line] = contradicted;
  };
  const reasonNumber = (sentence: string): number => {
    const found = known.get(sentence);
    if (found !== undefined) return found;
    if (reasons.length >= maxReasons) return maxReasons - 1;
    known.set(sentence, reasons.push(sentence) - 1);
    return reasons.length - 1;
  };

  let nextToken: string | undefined;
  for (;;) {
    const request = { ...place, startFromHead: true, ...(nextToken === undefined ? {} : { nextToken }) };
    const page = await logs.send(new GetLogEventsCommand(request), { abortSignal: signal });
    for (const { message } of page.events ?? []) note(message ?? "");
    // At the end of a stream the token that was sent comes back.
    if (page.nextForwardToken === undefined || page.nextForwardToken === nextToken) break;
    nextToken = page.nextForwardToken;
  }
  return {
    isWhole: (expected) => told >= expected || !counted,
    of: (line) => {
      const outcome = counted ? outcomes[(codes[line] ?? 0) - 1] : undefined;
      return outcome === undefined ? undefined : { outcome, reason: reasons[reasonOf[line] ?? 0] ?? "" };
    },
  };
}
