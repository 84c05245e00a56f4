import { bad, dim, good } from "../paint.ts";
import { diagnose, searchMs } from "./doctor.ts";
import type { Patient } from "./trial.ts";

/** `samekey hash doctor`: prints the line to paste. */
export async function runDoctor(patient: Patient): Promise<number> {
  const startedAt = performance.now();
  const found = await diagnose({ ...patient, encoded: patient.encoded.trim() });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (typeof found === "number") {
    print(
      `${bad("✗")} None of ${found} ways makes that string of that password${dim(`  ${seconds} s of at most ${searchMs / 1000}`)}`,
    );
    print(
      "  Is the password right for exactly this row? Is there a salt column (--salt), a site-wide key (--secret-prompt),",
    );
    print(
      "  does the user's name go in (--username)? What nobody has seen is checked by customPassword({ name, verify }).",
    );
    return 1;
  }
  print(`${good("✓")} ${found.line}${dim(`  found at the ${ordinal(found.tried)} try, ${seconds} s`)}`);
  if (found.row !== undefined) print(`  ${dim("row")}  ${found.row}`);
  return 0;
}

function ordinal(count: number): string {
  const teen = count % 100 > 10 && count % 100 < 14;
  const ending = teen ? "th" : (["th", "st", "nd", "rd"][count % 10] ?? "th");
  return `${count}${ending}`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
