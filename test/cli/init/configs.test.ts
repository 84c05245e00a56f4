import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configText } from "../../../lib/cli/init/config-text.ts";
import { schemas } from "../../../lib/cli/init/schemas.ts";
import { sourceNames } from "../../../lib/cli/init/sources.ts";
import { configOf, everyRequest, readStore } from "../../../lib/cli/init/store.ts";
import { members } from "../../../scripts/lists.ts";
import { fileOf, type Generated, generateAll } from "./generated.ts";

const run = promisify(execFile);

describe("every config that init can write", () => {
  let opened: Generated | undefined;
  const now = () => opened ?? expect.unreachable("asked before the suite began");

  beforeAll(async () => {
    opened = await generateAll();
  });
  afterAll(() => rm(now().folder, { recursive: true }));

  test("is one of many, each with a name of its own", () => {
    expect(now().files.length).toBeGreaterThan(70);
    expect(new Set(now().files).size).toBe(now().files.length);
  });

  test("type-checks as strictly as the project", { timeout: 60_000 }, async () => {
    const tsconfig = { extends: resolve("tsconfig.json"), include: ["*.config.ts"] };
    await writeFile(join(now().folder, "tsconfig.json"), JSON.stringify(tsconfig));
    expect(await answerOf("tsc", ["--noEmit", "--project", now().folder])).toBe("");
    // Proof that the run reads these files.
    await writeFile(join(now().folder, "wrong.config.ts"), 'export const wrong: number = "text";\n');
    expect(await answerOf("tsc", ["--noEmit", "--project", now().folder])).toContain("wrong.config.ts");
    await rm(join(now().folder, "wrong.config.ts"));
  });

  test("passes biome, formatter and order of imports among it", async () => {
    const { vcs: _, ...settings } = JSON.parse(readFileSync("biome.json", "utf8"));
    await writeFile(join(now().folder, "biome.json"), JSON.stringify({ ...settings, root: true }));
    const check = () => answerOf("biome", ["check", "--max-diagnostics=5", ...now().files], now().folder);
    expect(await check()).toMatch(new RegExp(`^Checked ${now().files.length} files in .*No fixes applied\\.\\s*$`));
  });

  test.each(everyRequest())("loads without a fault: $store.kind $userNames", async (request) => {
    const module = await import(pathToFileURL(join(now().folder, fileOf(request))).href);
    expect(module.default).toMatchObject({ userNames: request.userNames });
    for (const source of module.default.sources) await source.close?.();
  });

  test("has lines that a screen holds", () => {
    const long = now().files.flatMap((file) => {
      const lines = readFileSync(join(now().folder, file), "utf8").split("\n");
      return lines.filter((line) => line.length > 120).map((line) => `${file}: ${line}`);
    });
    expect(long).toEqual([]);
  });

  test("says of an address that it is verified only where the store knows it", () => {
    for (const request of everyRequest()) {
      expect(readFileSync(join(now().folder, fileOf(request)), "utf8")).not.toMatch(/_verified: true/);
    }
  });
});

describe("init's lists", () => {
  const folder = (name: string) =>
    readdirSync(resolve("lib/cli/init", name))
      .map((file) => file.replace(/\.ts$/, ""))
      .sort();

  test("name every schema of lib/cli/init/schemas", () => {
    expect(schemas.map(({ name }) => name).sort()).toEqual(folder("schemas"));
  });

  test("name every source of lib/sources: one that lacks needs a file in lib/cli/init/sources and a line in sources.ts", () => {
    expect([...sourceNames].sort()).toEqual(members("sources"));
    expect([...folder("sources"), "mssql", "mysql", "postgres"].sort()).toEqual(members("sources"));
  });

  test("stand in docs/init.md, a row for each schema and where it stands, and no other", () => {
    const [, page = ""] = readFileSync("docs/init.md", "utf8").split("## Schemas");
    const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` \|[^|]*\| ([a-z, ]+) \|/gm)];
    expect(rows.map(([, name, on]) => [name, on])).toEqual(schemas.map(({ name, on }) => [name, on.join(", ")]));
  });

  test("begin with the config that stands in the project", () => {
    const store = readStore("postgres", undefined);
    if (typeof store === "string") expect.unreachable(store);
    expect(readFileSync("migration.config.ts", "utf8")).toBe(configText(configOf(store, "email")));
  });
});

/** What a program of node_modules says. */
async function answerOf(program: string, args: readonly string[], cwd = "."): Promise<string> {
  const ended = await run(resolve("node_modules/.bin", program), [...args], { cwd }).catch((error: unknown) => error);
  const { stdout, stderr } = ended as { readonly stdout: string; readonly stderr: string };
  return `${stdout}${stderr}`;
}
