import type { Finding } from "../../wiring/preflight.ts";
import { bad, bold, doubtful, good, wrapped } from "../paint.ts";

const indent = "    ";

/** The findings for a terminal, worst first: what it is about in a column, the text wrapped beside it. */
export function describeFindings(findings: readonly Finding[], columns: number | undefined): string {
  const ordered = [...findings].sort((a, b) => Number(b.level === "stop") - Number(a.level === "stop"));
  const width = Math.max(...ordered.map(({ about }) => about.length));
  const margin = " ".repeat(`${indent}STOP  `.length + width + 2);
  // Beside a long name on a narrow terminal there is no room that words could be wrapped in.
  const room = columns === undefined ? undefined : Math.max(columns - margin.length, 24);
  return ordered
    .map(({ level, about, text }) => {
      const sign = level === "stop" ? bad("STOP") : doubtful("warn");
      return `${indent}${sign}  ${bold(about.padEnd(width))}  ${wrapped(text, room).join(`\n${margin}`)}`;
    })
    .join("\n");
}

/** How it ends, in a line. */
export function describeResult(findings: readonly Finding[]): string {
  const stops = findings.filter(({ level }) => level === "stop").length;
  if (stops > 0) return `${bad("✗")} This user cannot move as things are: see STOP above.`;
  if (findings.length > 0) return `${good("✓")} The pool takes this user; the warnings say what to know.`;
  return `${good("✓")} The pool takes this user: no rule of it is broken.`;
}
