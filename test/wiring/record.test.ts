import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { recordedPools } from "../../lib/wiring/record.ts";

test("names the pools that have a record, and nothing else that lies there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "samekey-record-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const files = ["wire-us-east-1_B.json", "wire-eu-west-1_a1.json", "secrets.json", "wire-eu-west-1_a1.json.4711"];
  for (const file of files) await writeFile(join(folder, file), "{}");
  expect(await recordedPools(folder)).toEqual(["eu-west-1_a1", "us-east-1_B"]);
  expect(await recordedPools(join(folder, "not-there"))).toEqual([]);
});
