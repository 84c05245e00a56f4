import { styleText } from "node:util";
import type { BenchResult, BenchTable, Ratio } from "./result.ts";

const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
  styleText(format, text, { stream: process.stdout });

/** A bench's result for people: aligned, the targets with their verdict. */
export function renderResult(result: BenchResult): string {
  const heading = [
    paint("bold", result.name),
    ...wrapped(`${result.how} (${result.setting})`).map((line) => paint("dim", line)),
  ];
  const leftOut = (result.leftOut ?? []).map((line) => `  left out: ${line}`);
  const parts = [heading.join("\n"), ...result.tables.map(renderTable), leftOut.join("\n")];
  return parts.filter((part) => part !== "").join("\n\n");
}

function renderTable({ title, columns, rows, ratios }: BenchTable): string {
  const nameWidth = Math.max(...[...rows, ...ratios].map(({ name }) => name.length));
  const width = Math.max(10, ...columns.map((column) => column.length + 2));
  const head = `    ${" ".repeat(nameWidth)}${columns.map((column) => column.padStart(width)).join("")}`;
  const lines = rows.map(({ name, values }) => {
    return `    ${name.padEnd(nameWidth)}${values.map((value) => amount(value).padStart(width)).join("")}`;
  });
  return [
    `  ${title}`,
    "",
    paint("dim", head),
    ...lines,
    "",
    ...ratios.map((ratio) => `    ${ratio.name.padEnd(nameWidth)}${renderRatio(ratio, width)}`),
  ].join("\n");
}

function renderRatio({ value, target }: Ratio, width: number): string {
  const shown = value.toFixed(3).padStart(width);
  if (target === undefined) return shown;
  const allowed = `at most ${target.toFixed(2)}`;
  return value <= target
    ? `${paint("green", shown)}  ${paint("dim", allowed)}`
    : `${paint("red", shown)}  missed, ${allowed}`;
}

function amount(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(1);
}

function wrapped(text: string, width = 100): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length + 1 > width) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
