import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { actions } from "../../../lib/local/user-pool/actions/index.ts";
import { triggerNames } from "../../../lib/local/user-pool/pool-settings.ts";

it("names every action and every trigger in docs/user-pool-simulator.md", async () => {
  const page = await readFile(new URL("../../../docs/user-pool-simulator.md", import.meta.url), "utf8");
  const missing = [...actions.keys(), ...triggerNames].filter((name) => !page.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});
