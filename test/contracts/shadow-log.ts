import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openDeadline } from "../../lib/core/deadline.ts";
import type { ShadowEntry } from "../../lib/core/ports.ts";
import { shadow } from "../../lib/core/shadow.ts";
import { lookUp, signIn } from "../../lib/core/sign-in.ts";
import { onBlock, onErase } from "../../lib/core/transitions.ts";
import { openShadowLog } from "../../lib/ledger/shadow-log.ts";
import { readCases, readTallies, readUserCounts } from "../../lib/ledger/standing.ts";
import { aDeadline } from "../support/deadline.ts";
import { countRows, type LedgerBench, ledgerIn } from "../support/ledger.ts";
import { aSource } from "../support/legacy-source.ts";
import { aLegacyUser, annsPassword } from "../support/legacy-user.ts";
import { aLookUp, aSignIn, signInServices } from "../support/services.ts";
import { tap } from "../support/wire.ts";

const write = "TransactWriteItemsCommand";
const at = new Date("2026-11-27T23:59:00Z");

export function anEntry(overrides: Partial<ShadowEntry> = {}): ShadowEntry {
  return { request: "sign-in", told: "accepted", would: "verified", at, ...overrides };
}

/** What every DynamoDB has to give a shadow run. `open` gives a ledger in a table of its own. */
export function shadowLogContract(open: () => Promise<LedgerBench>): void {
  async function anOpenLog() {
    const bench = await open();
    const log = openShadowLog(bench);
    return {
      ...bench,
      wire: tap(bench.client),
      record: (overrides: Partial<ShadowEntry> = {}) => log.record(anEntry(overrides), aDeadline().signal),
      tallies: async (firstDay = "2026-11-01") => {
        const sums = new Map<string, number>();
        for (const { day, request, told, would, code, count } of await readTallies(bench, firstDay)) {
          const name = [day.slice(5), request, told, would, ...(code === undefined ? [] : [code])].join(" ");
          sums.set(name, (sums.get(name) ?? 0) + count);
        }
        return Object.fromEntries([...sums].sort());
      },
      cases: (now = at, firstDay = "2026-11-01") => readCases(bench, firstDay, now),
    };
  }

  describe("a shadow run's log", () => {
    it("counts each event on its day (UTC), by what was told and what came of it", async () => {
      const { record, tallies } = await anOpenLog();
      await Promise.all([record(), record(), record({ told: "refused" })]);
      await record({ would: "unusable-record", code: "HASH_UNKNOWN", at: new Date("2026-11-28T00:00:00Z") });
      await record({ request: "look-up", told: "untold", would: "found" });
      expect(await tallies()).toEqual({
        "11-27 look-up untold found": 1,
        "11-27 sign-in accepted verified": 2,
        "11-27 sign-in refused verified": 1,
        "11-28 sign-in accepted unusable-record HASH_UNKNOWN": 1,
      });
      expect(Object.keys(await tallies("2026-11-28"))).toHaveLength(1);
    });

    it("counts every one of many events at once", async () => {
      const { record, tallies } = await anOpenLog();
      await Promise.all(Array.from({ length: 40 }, () => record()));
      expect(await tallies()).toEqual({ "11-27 sign-in accepted verified": 40 });
    });

    it("counts an event once whose answer was lost, and two that are alike twice", async () => {
      const { record, tallies, wire } = await anOpenLog();
      wire.loseAnswers(write, 2);
      await record();
      expect(wire.count(write)).toBe(3);
      expect(await tallies()).toEqual({ "11-27 sign-in accepted verified": 1 });
      await record();
      expect(await tallies()).toEqual({ "11-27 sign-in accepted verified": 2 });
    });

    it("keeps one case a user, as it was the last time, for 30 days", async () => {
      const { record, cases, items } = await anOpenLog();
      const concerns = { source: "shop", legacyId: "7" };
      await record({ concerns, would: "wrong-password" });
      await record({ concerns, would: "unusable-record", code: "HASH_UNKNOWN" });
      await record({ concerns: { source: "shop", legacyId: "7#" }, told: "refused" });
      const { cases: found, more } = await cases();
      expect([...found].sort((a, b) => a.legacyId.localeCompare(b.legacyId))).toEqual([
        { ...concerns, day: "2026-11-27", told: "accepted", would: "unusable-record", code: "HASH_UNKNOWN" },
        { source: "shop", legacyId: "7#", day: "2026-11-27", told: "refused", would: "verified" },
      ]);
      expect(more).toBe(false);
      const expiry = Date.parse("2026-12-27T23:59:00Z");
      const kept = (await items()).filter((item) => item.legacyId !== undefined);
      expect(kept.map((item) => Number(item.ttl?.N))).toEqual([expiry / 1000, expiry / 1000]);
      // DynamoDB deletes it days later.
      expect((await cases(new Date(expiry - 1))).cases).toHaveLength(2);
      expect((await cases(new Date(expiry))).cases).toEqual([]);
      expect((await cases(at, "2026-11-28")).cases).toEqual([]);
    });

    it("keeps a case without what a person is known by", async () => {
      const { record, items } = await anOpenLog();
      await record({ concerns: { source: "shop", legacyId: "7" } });
      const kept = (await items()).find((item) => item.legacyId !== undefined);
      expect(Object.keys(kept ?? {}).sort()).toEqual(["day", "legacyId", "pk", "sk", "source", "told", "ttl", "would"]);
    });

    it("counts an event whose user's id is too long for a case", async () => {
      const { record, cases, tallies } = await anOpenLog();
      await record({ concerns: { source: "shop", legacyId: "x".repeat(1020) } });
      expect(await tallies()).toEqual({ "11-27 sign-in accepted verified": 1 });
      expect((await cases()).cases).toEqual([]);
    });

    it("keeps to items of its own kind, and to transactions", async () => {
      const { record, items, wire } = await anOpenLog();
      await record({ concerns: { source: "shop", legacyId: "7" } });
      for (const item of await items()) expect(item.pk?.S).toMatch(/^shadow#/);
      expect(wire.count(write)).toBe(1);
    });
  });

  it("a shadow run leaves the table as it was but for its own items, and counts each event", async () => {
    const { client } = await open();
    await leavesTheTable(client, 12);
  }, 60_000);
}

/** One event, of one of two users. */
const event = fc.record({
  request: fc.constantFrom("sign-in" as const, "look-up" as const),
  name: fc.constantFrom("ann", "bob", "bob@example.com", "nobody"),
  right: fc.boolean(),
  legacyVerdict: fc.constantFrom("accepted" as const, "refused" as const, undefined),
});
/** What an earlier migration did: nothing, or one of these to ann. */
const history = fc.constantFrom("none", "verified", "resetting", "blocked", "erased");
const operations = new Map([
  ["blocked", onBlock],
  ["erased", onErase],
]);

async function leavesTheTable(client: DynamoDBClient, numRuns: number): Promise<void> {
  let tables = 0;
  const events = fc.array(event, { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(history, events, async (past, coming) => {
      tables += 1;
      const bench = await ledgerIn(client, `shadow-${tables}`);
      const bob = aLegacyUser({ id: "2", username: "bob", attributes: { email: "bob@example.com" } });
      const { source } = aSource([aLegacyUser(), bob]);
      const services = signInServices({ ledger: bench.ledger, sources: [source] });
      const deadline = openDeadline(30_000);
      try {
        if (past === "resetting") await lookUp(aLookUp("ann"), services, deadline);
        else if (past !== "none") await signIn(aSignIn("ann"), services, deadline);
        const [row] = await bench.rows();
        const transition = operations.get(past)?.(row ?? expect.unreachable(past), at);
        if (transition?.kind === "to") await bench.erasing.change({ before: row, ...transition }, deadline.signal);

        const before = sorted(await bench.items());
        const shadowed = { ...services, shadowLog: openShadowLog(bench), now: () => at };
        const run = ({ request, name, right, legacyVerdict }: (typeof coming)[number]) => {
          if (request === "look-up") return shadow(aLookUp(name), shadowed, deadline);
          const told = legacyVerdict === undefined ? {} : { legacyVerdict };
          return shadow({ ...aSignIn(name, right ? annsPassword : "wrong"), ...told }, shadowed, deadline);
        };
        const outcomes = await Promise.all(coming.map(run));
        for (const { unrecorded } of outcomes) expect(unrecorded).toBeUndefined();
        const after = sorted(await bench.items());
        expect(after.filter((item) => !item.startsWith("shadow#"))).toEqual(before);
        const tallies = await readTallies(bench, "2026-11-27");
        expect(tallies.reduce((sum, { count }) => sum + count, 0)).toBe(coming.length);
        expect(nonZero(await readUserCounts(bench))).toEqual({
          ...countRows(await bench.rows()),
          ...(past === "erased" ? { erased: 1 } : {}),
        });
      } finally {
        deadline.clear();
      }
    }),
    { numRuns, endOnFailure: true },
  );
}

function sorted(items: Awaited<ReturnType<LedgerBench["items"]>>): readonly string[] {
  return items.map((item) => `${item.pk?.S} ${JSON.stringify(Object.entries(item).sort())}`).sort();
}

function nonZero(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].filter(([, count]) => count !== 0));
}
