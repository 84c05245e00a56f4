import type { ReasonGroup, Tally } from "../../core/import-tally.ts";
import { aligned, bad, bold, dim, doubtful, good } from "../paint.ts";
import type { Estimate } from "./estimate.ts";
import { clock } from "./progress.ts";

const kinds = {
  create: ["would be created", "created"],
  update: ["would be changed, since they have not come yet", "changed"],
  same: ["are there already, just so", "were there already, just so"],
  kept: ["are further, or are kept, and stay as they are", "were further, or are kept, and stayed as they were"],
  refused: ["would be refused", "refused"],
  pending: ["", "wait for the pool's own import"],
} as const;

/** What a plan tells besides. */
export interface PlanFacts {
  readonly time: Estimate | undefined;
  /** The temporary file that finds duplicates. */
  readonly seenBytes: number;
}

/** The report for a terminal. */
export function describeTally(tally: Tally, plan: PlanFacts | undefined): string {
  const rows = Object.entries(kinds).flatMap(([kind, [would, did]]) => {
    const count = tally[kind as keyof typeof kinds];
    if (kind === "pending" && count === 0) return [];
    const number = count.toLocaleString("en-US");
    const paint = count === 0 ? dim : kind === "refused" ? bad : kind === "kept" ? doubtful : good;
    return [`  ${paint(number.padStart(12))}  ${plan === undefined ? did : would}`];
  });
  return [
    `${bold(tally.read.toLocaleString("en-US"))} records read`,
    ...rows,
    ...section(
      "passwords",
      Object.entries(tally.ways).map(([way, count]) => [way, count.toLocaleString("en-US")]),
    ),
    ...section(
      "kept as they are",
      Object.entries(tally.keptStates).map(([state, count]) => [state, String(count)]),
    ),
    ...groups("refused", tally.reasons, bad),
    ...groups("imported, with what the pool will not take", tally.doubts, doubtful),
    ...(plan === undefined ? [] : [...tally.examples.flatMap(describeExample), ...describeTime(plan)]),
  ].join("\n");
}

function section(title: string, rows: readonly (readonly [string, string])[]): readonly string[] {
  return rows.length === 0 ? [] : ["", bold(title), aligned(rows)];
}

function groups(title: string, list: readonly ReasonGroup[], paint: (text: string) => string): readonly string[] {
  if (list.length === 0) return [];
  const rows = list.slice(0, 20).map(({ reason, count, lines }) => {
    const more = count > lines.length ? ", …" : "";
    return `  ${paint(String(count))}  ${reason}\n     ${dim(`line ${lines.join(", ")}${more}`)}`;
  });
  return ["", bold(title), ...rows];
}

function describeExample({ line, becomes, fields }: Tally["examples"][number]): readonly string[] {
  return ["", `${bold(becomes)}  ${dim(`for example line ${line}, masked`)}`, aligned(Object.entries(fields))];
}

function describeTime({ time, seenBytes }: PlanFacts): readonly string[] {
  const file = ["temporary file", `${sizeOf(seenBytes)}, for duplicates; removed at the end`] as const;
  if (time === undefined || time.parts.length === 0) return ["", aligned([file])];
  const parts = time.parts.map(({ what, seconds }) => [clock(seconds), what] as const);
  return ["", bold(`about ${clock(time.seconds)}`), aligned([...parts, file])];
}

function sizeOf(bytes: number): string {
  const mib = bytes / 1_048_576;
  return mib < 1 ? `${Math.ceil(bytes / 1024)} KiB` : `${mib.toFixed(1)} MiB`;
}
