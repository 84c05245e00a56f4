import { createInterface } from "node:readline/promises";
import { bold } from "../paint.ts";
import { exits, fail } from "./setting.ts";

/** Shows what will be done and asks. @returns undefined for a yes, else the exit code. */
export async function confirm(what: readonly string[], yes: boolean): Promise<number | undefined> {
  const { stdin, stderr } = process;
  stderr.write(what.map((line) => `  ${line}\n`).join(""));
  if (yes) return undefined;
  if (!stdin.isTTY) return fail("There is nobody to ask: --yes confirms it.", exits.refused);
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await lines.question(`${bold("Go on?")} [y/N] `);
    return /^y(es)?$/i.test(answer.trim()) ? undefined : fail("Nothing was done.", exits.refused);
  } finally {
    lines.close();
  }
}
