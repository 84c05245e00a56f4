import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { attemptBounds, circuitBounds } from "../lib/config/throttle-setting.ts";
import { errorCodes } from "../lib/core/errors.ts";
import { defaultThrottle } from "../lib/core/throttle.ts";
import { conventionalNames } from "../lib/protocols/conventional-columns.ts";
import { members } from "../scripts/lists.ts";

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");

describe("the docs", () => {
  it("explain each error code under a heading of its own, and no other", () => {
    const headings = [...read("docs/errors.md").matchAll(/^## ([A-Z_]+)$/gm)].map(([, code]) => code);
    expect(headings).toEqual([...errorCodes].sort());
  });

  it("list each source in the README", () => {
    const rows = [...read("README.md").matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name]) => name ?? "");
    expect(rows.filter((name) => members("sources").includes(name))).toEqual(
      expect.arrayContaining([...members("sources")]),
    );
  });

  it("explain each setting of the config", () => {
    const source = read("lib/config/check-migration.ts");
    const settings = [...(/const known[^[]*\[([^\]]*)\]/.exec(source)?.[1] ?? "").matchAll(/"([a-zA-Z]+)"/g)];
    expect(settings.length).toBeGreaterThan(5);
    const page = read("docs/config.md");
    for (const [, setting] of settings) expect(page).toMatch(new RegExp(`^\\| \`${setting}[\`.]`, "m"));
  });

  it("explain each setting of throttle with its default, its least and its most", () => {
    const groups = [
      ["throttle", attemptBounds, defaultThrottle],
      ["throttle.circuit", circuitBounds, defaultThrottle.circuit],
    ] as const;
    const expected = groups.flatMap(([path, bounds, defaults]) =>
      Object.entries(bounds).map(
        ([name, [min, max]]) =>
          `| \`${path}.${name}\` | ${min} to ${max} | ${new Map(Object.entries(defaults)).get(name)} |`,
      ),
    );
    expect(expected).toHaveLength(8);
    const page = read("docs/config.md");
    for (const row of expected) expect(page).toContain(row);
  });

  it("show the word that an application tells in a shadow run as the hook reads it", () => {
    const key = /legacyVerdictKey = "([a-z_]+)"/.exec(read("lib/protocols/cognito-trigger.ts"))?.[1];
    expect(read("docs/shadow.md")).toContain(`ClientMetadata: { ${key}: accepted ? "accepted" : "refused" }`);
  });

  it("explain each option of samekey status", () => {
    const options = read("lib/cli/status/status.ts").match(/^ {2}--[a-z]+/gm) ?? [];
    expect(options.length).toBeGreaterThan(5);
    const page = read("docs/shadow.md");
    for (const option of options.filter((one) => one.trim() !== "--help")) expect(page).toContain(`\`${option.trim()}`);
  });

  it("list each column name of an import and no other", () => {
    const table = /^\| means \| names \|\n\|---\|---\|\n((?:\|.*\n)+)/m.exec(read("docs/imports.md"))?.[1] ?? "";
    const cells = table.split("\n").map((row) => row.split(" | ")[1] ?? "");
    const listed = cells.flatMap((cell) => cell.replace(/,? each with is_ too/, "").match(/[a-z_]+/g) ?? []);
    const known = Object.values(conventionalNames).flat();
    const each = ["disabled", "blocked", "banned", "suspended", "locked", "deleted"].map((name) => `is_${name}`);
    expect([...listed, ...each].sort()).toEqual([...known].sort());
  });

  it("lead nowhere that is not there", () => {
    for (const file of [
      "README.md",
      "docs/config.md",
      "docs/init.md",
      "docs/errors.md",
      "docs/finish.md",
      "docs/shadow.md",
      "docs/decisions/0009-shadow-mode.md",
      "docs/decisions/0011-vault.md",
      "docs/decisions/0012-throttling.md",
      "docs/security/attacks.md",
      "docs/deploy.md",
      "docs/hashes.md",
      "docs/import-api.md",
      "docs/imports.md",
    ]) {
      const folder = new URL(`../${file}`, import.meta.url);
      const links = [...read(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link]) => link ?? "");
      for (const link of links) expect(existsSync(new URL(link, folder)), `${file}: ${link}`).toBe(true);
    }
  });
});
