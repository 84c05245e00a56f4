import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { openLambda } from "../local/lambda/open-lambda.ts";

const shutdown = fileURLToPath(new URL("../../lib/aws/shutdown.ts", import.meta.url));

async function aPlace(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "samekey-shutdown-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "closed");
}

test("what is open is closed before the environment ends", async () => {
  const closed = await aPlace();
  const { lambda } = await openLambda({
    polite: `
      import { writeFile } from "node:fs/promises";
      import { closeAtShutdown } from ${JSON.stringify(shutdown)};
      closeAtShutdown(() => writeFile(${JSON.stringify(closed)}, "closed"));
      export const handler = async () => "open";`,
  });
  expect(await lambda.invoke("polite", {})).toEqual({ kind: "answer", payload: "open" });
  expect(existsSync(closed)).toBe(false);
  await lambda.stop();
  expect(existsSync(closed)).toBe(true);
});

test("the environment ends also when closing fails", async () => {
  const { lambda } = await openLambda({
    broken: `
      import { closeAtShutdown } from ${JSON.stringify(shutdown)};
      closeAtShutdown(async () => { throw new Error("no goodbye"); });
      export const handler = async () => process.pid;`,
  });
  const invoked = await lambda.invoke("broken", {});
  await lambda.stop();
  const pid = invoked.kind === "answer" ? Number(invoked.payload) : 0;
  expect(pid).toBeGreaterThan(0);
  expect(() => process.kill(pid, 0)).toThrow();
});
