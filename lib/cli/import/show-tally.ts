import { aligned, bad, bold, dim, doubtful, good } from "../paint.ts";
import type { Tally } from "./tally.ts";

const kinds = {
  create: ["would be created", "created"],
  update: ["would be changed, since they have not come yet", "changed"],
  same: ["are there already, just so", "were there already, just so"],
  kept: [
    "have signed in or are stopped, and stay as they are",
    "have signed in or are stopped, and stayed as they are",
  ],
  refused: ["would be refused", "refused"],
} as const;

/** The report for a terminal. */
export function describeTally(tally: Tally, dry: boolean): string {
  const rows = Object.entries(kinds).map(([kind, [would, did]]) => {
    const count = tally[kind as keyof typeof kinds];
    const number = count.toLocaleString("en-US");
    const paint = count === 0 ? dim : kind === "refused" ? bad : kind === "kept" ? doubtful : good;
    return `  ${paint(number.padStart(12))}  ${dry ? would : did}`;
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
    ...(tally.reasons.length === 0 ? [] : ["", bold("refused")]),
    ...tally.reasons.slice(0, 20).map(({ reason, count, lines }) => {
      const more = count > lines.length ? ", …" : "";
      return `  ${bad(String(count))}  ${reason}\n     ${dim(`line ${lines.join(", ")}${more}`)}`;
    }),
    ...(dry ? tally.examples.flatMap(describeExample) : []),
  ].join("\n");
}

function section(title: string, rows: readonly (readonly [string, string])[]): readonly string[] {
  return rows.length === 0 ? [] : ["", bold(title), aligned(rows)];
}

function describeExample({ line, becomes, fields }: Tally["examples"][number]): readonly string[] {
  return ["", `${bold(becomes)}  ${dim(`for example line ${line}, masked`)}`, aligned(Object.entries(fields))];
}
