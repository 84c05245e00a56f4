import { styleText } from "node:util";

// styleText itself keeps to NO_COLOR, FORCE_COLOR and whether the stream is a terminal.
const on = { stream: process.stdout } as const;

export const bold = (text: string): string => styleText("bold", text, on);
export const dim = (text: string): string => styleText("dim", text, on);
export const good = (text: string): string => styleText("green", text, on);
export const bad = (text: string): string => styleText("red", text, on);
export const doubtful = (text: string): string => styleText("yellow", text, on);

/** Rows of a label and a text, the texts aligned. */
export function aligned(rows: readonly (readonly [string, string])[], indent = "  "): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, text]) => `${indent}${dim(label.padEnd(width))}  ${text}`).join("\n");
}

/** The words of a text in lines of at most `width` characters, or in one line where the width is not known. */
export function wrapped(text: string, width: number | undefined): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || (width !== undefined && line.length + 1 + word.length > width)) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
