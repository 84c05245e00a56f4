import { MigrationError } from "../core/errors.ts";
import type { Outcome } from "../core/outcome.ts";

/** One event's line: what was decided, never by whom or with what. */
export interface LogLine {
  readonly platform: string;
  readonly requestId: string;
  /** The kind of request: sign-in, look-up, gate, sign-up, completed. */
  readonly request?: string;
  readonly outcome: string;
  /** In a shadow run: what a migration would have answered. */
  readonly would?: string;
  readonly reason?: string;
  readonly source?: string;
  readonly code?: string;
  /** The code of the fault for which a shadow run's event is not counted. */
  readonly unrecorded?: string;
  readonly message?: string;
  /** Names and codes of the errors behind a fault; never their texts, which may quote what was sent. */
  readonly causes?: readonly string[];
  readonly ms: number;
}

export type Log = (line: LogLine) => void;

/** One JSON object a line on standard output, as CloudWatch reads it. */
export const logToStdout: Log = (line) => {
  const level = line.outcome === "fault" ? "ERROR" : line.unrecorded === undefined ? "INFO" : "WARN";
  process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), ...line })}\n`);
};

/** The line by which deploy/alarms.cjs raises its alarm: the legacy store is asked for known users alone until then. */
export function tellOpenCircuit(until: Date): void {
  const line = { level: "WARN", time: new Date().toISOString(), circuit: "open", until: until.toISOString() };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

type ToldOutcome = Pick<LogLine, "outcome" | "would" | "reason" | "source" | "code" | "unrecorded">;

export function describeOutcome(outcome: Outcome): ToldOutcome {
  switch (outcome.kind) {
    case "shadowed": {
      const { outcome: would, ...told } = describeOutcome(outcome.would);
      const { unrecorded } = outcome;
      return { outcome: outcome.kind, would, ...told, ...(unrecorded === undefined ? {} : { unrecorded }) };
    }
    case "verified":
    case "found":
      return { outcome: outcome.kind, source: outcome.user.source };
    case "allowed":
      return { outcome: outcome.kind };
    case "denied":
      return {
        outcome: outcome.kind,
        reason: outcome.reason,
        ...(outcome.code === undefined ? {} : { code: outcome.code }),
      };
  }
}

export function describeFault(error: unknown): Pick<LogLine, "outcome" | "code" | "message" | "causes"> {
  const causes = causesOf(error);
  if (error instanceof MigrationError) return { outcome: "fault", code: error.code, message: error.message, causes };
  return { outcome: "fault", causes };
}

function causesOf(error: unknown): readonly string[] {
  const causes: string[] = [];
  let current = error;
  while (current instanceof Error && causes.length < 5) {
    const code = (current as { readonly code?: unknown }).code;
    const words = [current.name, code === current.name ? undefined : code];
    causes.push(words.filter(isName).join(" "));
    current = current.cause;
  }
  return causes;
}

// A name or a code is one word; what an adopter's own error has in its place may be a text that quotes what was sent.
function isName(word: unknown): word is string {
  return typeof word === "string" && /^[A-Za-z0-9_.-]{1,64}$/.test(word);
}
