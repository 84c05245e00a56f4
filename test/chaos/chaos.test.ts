import { randomInt } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { postgresMissing } from "../support/postgres-server.ts";
import { broken } from "./broken.ts";
import { type ChaosOptions, runChaos } from "./chaos-run.ts";
import { renderHistory } from "./history.ts";
import { reportOf } from "./report.ts";

const seed = randomInt(2 ** 32);

describe.skipIf(postgresMissing !== undefined)("random faults on both databases", () => {
  test("let no wrong password in, turn no right one away, and leave one record each", {
    timeout: 240_000,
  }, async () => {
    process.stdout.write(`chaos: seed ${seed}, the same again: npm run chaos -- --seed ${seed} --seconds 45\n`);
    const result = await runChaos({ seed, seconds: 45 });
    if (result.violations.length > 0) {
      const file = join(tmpdir(), `chaos-${seed}.jsonl`);
      await writeFile(file, renderHistory(result.history));
      expect.fail(`${reportOf(result)}\nthe history: ${file}`);
    }
  });

  test.each<readonly [string, Pick<ChaosOptions, "broken" | "untilFound" | "seconds">, RegExp]>([
    [
      "takes any password",
      {
        broken: broken("core/passwords.ts", 'let verdict: Verdict = "mismatch";', 'let verdict: Verdict = "match";'),
        seconds: 40,
        untilFound: true,
      },
      /was let in with the wrong password/,
    ],
    [
      "calls an outage a wrong password",
      {
        broken: broken(
          "aws/lambda.ts",
          "throw new Error(faultSentence);",
          'return hook.render({ kind: "denied", reason: "unknown-user" }, event);',
        ),
        seconds: 40,
        untilFound: true,
      },
      /was told that it is wrong/,
    ],
    [
      "writes without the condition on what was read",
      {
        broken: broken(
          "ledger/transaction.ts",
          'if (before === undefined) return { ConditionExpression: "attribute_not_exists(pk)" };',
          "if (before === undefined) return {};",
        ),
        seconds: 20,
      },
      /counters: \w+ is \d+, wanted is/,
    ],
  ])("are no cover for a core that %s", { timeout: 240_000 }, async (_, options, expected) => {
    expect(reportOf(await runChaos({ seed, ...options }))).toMatch(expected);
  });
});
