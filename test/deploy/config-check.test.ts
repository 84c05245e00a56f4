import { spawnSync } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openClone } from "../cli/clone.ts";

// What packaging does first (deploy/config-facts.cjs), in an adopter's clone: bundles carry no check of their own.
async function readConfig(config: string) {
  const clone = await openClone(config);
  onTestFinished(() => clone.remove());
  await cp("deploy", join(clone.folder, "deploy"), { recursive: true });
  const ran = spawnSync(process.execPath, [join(clone.folder, "deploy/read-config.ts")], { cwd: clone.folder });
  return { code: ran.status, out: String(ran.stdout), err: String(ran.stderr) };
}

const config = (settings: string) => `
import { defineMigration } from "./lib/config/define-migration.ts";
import { custom } from "./lib/sources/custom.ts";
export default defineMigration({
  sources: [custom({ lookups: ["email"], find: () => undefined, authenticate: () => ({ kind: "denied", reason: "unknown-user" }) })],
  ${settings}
} as never);
`;

test("packaging refuses a config with wrong settings, and says all of them", async () => {
  const { code, out, err } = await readConfig(
    config('userNames: "mail", federated: "alow", gate: { onFault: "pass" },'),
  );
  expect(code).toBe(1);
  expect(out).toBe("");
  for (const path of ["userNames", "federated", "gate.onFault"]) expect(err).toContain(`  ${path}: found`);
});

test("packaging takes a right one", async () => {
  const { code, out } = await readConfig(config('userNames: "email",'));
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ userNames: "email", mode: "migrate", hasStreamWork: false });
});
