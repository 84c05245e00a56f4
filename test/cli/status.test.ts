import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { localEnvironmentFile, writeLocalEnvironment } from "../../lib/cli/local-environment.ts";
import { runStatus } from "../../lib/cli/status/status.ts";
import type { ShadowEntry } from "../../lib/core/ports.ts";
import { dayOf } from "../../lib/ledger/shadow-items.ts";
import { openShadowLog } from "../../lib/ledger/shadow-log.ts";
import { aChange, aRow } from "../contracts/ledger.ts";
import { anEntry } from "../contracts/shadow-log.ts";
import { aDeadline } from "../support/deadline.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { type Clone, openClone } from "./clone.ts";

let clone: Clone;
beforeAll(async () => {
  // The command reads no config: it works from a clone whose config is broken.
  clone = await openClone("throw new Error('the config was read');");
});
afterAll(() => clone.remove());

const credentials = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
const today = new Date();
const daysAgo = (days: number) => new Date(today.getTime() - days * 86_400_000);

/** A table with these events of a shadow run, and the command at it. */
async function aTable(entries: readonly (Partial<ShadowEntry> & { readonly times?: number })[] = []) {
  const bench = await anEmbeddedLedger();
  const log = openShadowLog(bench);
  for (const { times = 1, ...entry } of entries) {
    for (let time = 0; time < times; time++) await log.record(anEntry({ at: today, ...entry }), aDeadline().signal);
  }
  const env = { ...credentials, AWS_ENDPOINT_URL_DYNAMODB: bench.local.endpoint };
  const status = (...args: readonly string[]) =>
    clone.samekey(["status", "--table", bench.table, "--region", "us-east-1", ...args], { env });
  return { ...bench, env, status };
}

const who = (legacyId: string) => ({ source: "shop", legacyId });

describe("samekey status, of the users", () => {
  it("counts them by state, over all counters", async () => {
    const { ledger, status } = await aTable();
    for (const [index, state] of (["migrated", "migrated", "verified", "blocked"] as const).entries()) {
      const after = aRow({ legacyId: `${index}`, legacyKey: `${index}`, identifiers: [`u${index}`], state });
      await ledger.change({ before: undefined, after, event: state }, aDeadline().signal);
    }
    const { code, out, err } = await status();
    expect(err).toBe("");
    expect(out).toMatch(/2 {2}migrated +have signed in[^\n]*\n +1 {2}verified [^\n]*\n +1 {2}blocked/);
    expect(out).not.toMatch(/resetting|erased/);
    expect(out).toContain("No shadow run in the last 7 days.");
    expect(code).toBe(0);
    const { out: json } = await status("--json");
    expect(JSON.parse(json)).toEqual({
      table: "ledger",
      users: { imported: 0, verified: 1, resetting: 0, placing: 0, migrated: 2, blocked: 1, erased: 0 },
    });
  });

  it("follows a change of state", async () => {
    const { ledger, status } = await aTable();
    const create = aChange(undefined, {});
    await ledger.change(create, aDeadline().signal);
    await ledger.change(aChange(create.after, { state: "migrated" }), aDeadline().signal);
    expect(JSON.parse((await status("--json")).out).users).toMatchObject({ verified: 0, migrated: 1 });
  });
});

describe("samekey status, of a shadow run", () => {
  it("says first who would have been refused wrongly, and why, and ends with 1", async () => {
    const { status } = await aTable([
      { times: 5 },
      { times: 3, would: "unusable-record", code: "HASH_UNKNOWN", concerns: who("1001") },
      { times: 1, would: "wrong-password", concerns: who("1002") },
      { times: 2, told: "refused", would: "wrong-password" },
      { times: 1, told: "refused", would: "verified", concerns: who("1003") },
      { times: 1, told: "untold", would: "unusable-record", code: "HASH_DAMAGED", concerns: who("1004") },
      { times: 2, would: "fault", code: "SOURCE_UNAVAILABLE" },
      { times: 1, would: "weak", at: daysAgo(1) },
      { times: 4, request: "look-up", told: "untold", would: "found" },
    ]);
    const { code, out, err } = await status();
    expect(err).toBe("");
    const told = out.slice(out.indexOf("✗"), out.indexOf("\n\n", out.indexOf("✗")));
    expect(told.split(/\n {2}(?=\S)/).map((line) => line.replace(/\s+/g, " ").trim())).toEqual([
      "✗ would have been refused though the old system let them in: 4 (HASH_UNKNOWN 3, wrong-password 1)",
      "✗ would have been let in though the old system refused them: 1 (let in 1)",
      "! could not be decided, since something was down: 2 (SOURCE_UNAVAILABLE 2)",
      "! have a record that no sign-in can use, whatever the password: 1 (HASH_DAMAGED 1)",
      "✓ were decided as the old system did: 8 (let in 5, wrong-password 2, let in to choose a new password 1) " +
        "came without a word of what the old system decided: 1 (HASH_DAMAGED 1) forgotten passwords: 4 (sent a code 4)",
    ]);
    const rows = out.split("\n").filter((line) => /^ {2}\d{4}-/.test(line));
    expect(rows.map((line) => line.trim().split(/\s+/))).toEqual([
      [dayOf(today), "7", "4", "1", "2", "1", "4"],
      [dayOf(daysAgo(1)), "1", "0", "0", "0", "0", "0"],
    ]);
    const cases = out.split("\n").filter((line) => line.startsWith("    shop/"));
    expect(cases.map((line) => line.trim().replace(/\s+/g, " "))).toEqual([
      `shop/1001 let in by the old system, would be refused: HASH_UNKNOWN ${dayOf(today)}`,
      `shop/1002 let in by the old system, would be refused: wrong-password ${dayOf(today)}`,
      `shop/1003 refused by the old system, would be let in ${dayOf(today)}`,
      `shop/1004 record cannot be used: HASH_DAMAGED ${dayOf(today)}`,
    ]);
    expect(out).toMatch(/✗ Samekey and the old system disagree\.[^\n]*\n$/);
    expect(code).toBe(1);
  });

  it("leaves out the days before those that are looked at, and ends with 0 for them", async () => {
    const { status } = await aTable([{ would: "disabled", at: daysAgo(9), concerns: who("7") }]);
    expect(await status()).toMatchObject({
      code: 0,
      out: expect.stringContaining("No shadow run in the last 7 days."),
    });
  });

  it("says so when the application told nothing", async () => {
    const { status } = await aTable([{ told: "untold" }]);
    expect((await status()).out).toContain("the application did not tell what the old system decided");
  });

  it("says so when all agrees", async () => {
    const { status } = await aTable([{ times: 2 }]);
    expect((await status()).out).toContain(
      "✓ Samekey decided as the old system did every time that it was told: 2 times.",
    );
  });

  it("looks as far back as --days says", async () => {
    const { status } = await aTable([{ would: "disabled", at: daysAgo(20), concerns: who("7") }]);
    const { code, out } = await status("--days", "22", "--json");
    expect(JSON.parse(out).shadow).toMatchObject({
      groups: { "would-refuse": { count: 1, came: [{ would: "disabled", count: 1 }] } },
      days: [{ day: dayOf(daysAgo(20)), groups: { "would-refuse": 1, agrees: 0 } }],
      cases: [{ source: "shop", legacyId: "7", told: "accepted", would: "disabled" }],
      moreCases: false,
    });
    expect(code).toBe(1);
  });

  it("shows twenty cases, the worst first, and says that there are more", async () => {
    const many = Array.from({ length: 21 }, (_, index) => ({ told: "refused" as const, concerns: who(`${index}`) }));
    const { status } = await aTable([...many, { would: "disabled", concerns: who("99") }]);
    const { out } = await status();
    const cases = out.split("\n").filter((line) => line.startsWith("    shop/"));
    expect(cases).toHaveLength(20);
    expect(cases[0]).toContain("shop/99");
    expect(out).toContain("these 20 are not all");
  });

  it("shows an id of the legacy store so that the terminal obeys none of it", async () => {
    const { status } = await aTable([{ would: "disabled", concerns: who("7\u001b[2J\u009b\u202e") }]);
    const { out } = await status();
    expect(out).toContain("shop/7\\u001b[2J\\u009b\\u202e");
    for (const control of ["\u001b", "\u009b", "\u202e"]) expect(out).not.toContain(control);
  });
});

describe("samekey status, of the table", () => {
  it("takes that of the stack by its name", async () => {
    const { env } = await aTable();
    const { code, err } = await clone.samekey(["status", "--stack", "shop-prod", "--region", "eu-west-1"], { env });
    expect(err).toContain("There is no table shop-prod-ledger in eu-west-1.");
    expect(code).toBe(1);
  });

  it("takes that of a running npm start with --local, without credentials", async () => {
    const { local, table } = await aTable([{ times: 2 }]);
    await writeLocalEnvironment(clone.folder, {
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL_DYNAMODB: local.endpoint,
      SAMEKEY_TABLE: table,
    });
    onTestFinished(() => rm(join(clone.folder, localEnvironmentFile)));
    const { code, out } = await clone.samekey(["status", "--local"]);
    expect(out).toContain("were decided as the old system did: 2 (let in 2)");
    expect(code).toBe(0);
  });

  it("says so where --local is asked for and nothing runs", async () => {
    const { code, err } = await clone.samekey(["status", "--local"]);
    expect(err).toContain("npm start does not run");
    expect(code).toBe(1);
  });

  it.each([
    [["--table", "a b"], '"a b" is no table\'s name'],
    [["--stack", "../x"], '"../x" is no stack\'s name'],
    [["--table", "abc", "--stack", "shop-prod"], "name two tables"],
    [["--table", "abc", "--local"], "name two tables"],
    [["--days", "0"], "--days: 0, allowed are 1 to 400"],
    [["--days", "401"], "allowed are 1 to 400"],
    [["--days", "1e2"], "allowed are 1 to 400"],
  ])("ends for %j with 2 before anything is asked", async (args, text) => {
    const told = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    onTestFinished(() => told.mockRestore());
    expect(await runStatus(args)).toBe(2);
    expect(String(told.mock.calls[0]?.[0])).toContain(text);
  });

  it("ends with 2 for an option that there is not", async () => {
    const ended = await clone.samekey(["status", "--dayz", "1"]);
    expect(ended).toMatchObject({ code: 2, out: "", err: expect.stringContaining("--dayz") });
  });

  it("tells in a line what DynamoDB refused", async () => {
    const { local, status } = await aTable();
    const denied = { kind: "error", status: 400, type: "AccessDeniedException", message: "not authorized" } as const;
    local.faults.always("GetItem", denied);
    const { code, err } = await status();
    expect(err).toBe("AccessDeniedException: not authorized\n");
    expect(code).toBe(1);
  });

  it("asks with two calls alone, and changes nothing", async () => {
    const { local, items, status } = await aTable([{ would: "disabled", concerns: who("7") }]);
    const before = await items();
    const asked = new Map(local.requests);
    await status();
    const calls = [...local.requests].filter(([name, times]) => times !== asked.get(name)).map(([name]) => name);
    expect(calls.sort()).toEqual(["GetItem", "Query"]);
    expect(await items()).toEqual(before);
  });

  it("shows in its help which permissions it takes", async () => {
    const { code, out } = await clone.samekey(["status", "--help"]);
    expect(out).toMatch(/dynamodb:GetItem and dynamodb:Query/);
    expect(code).toBe(0);
  });
});
