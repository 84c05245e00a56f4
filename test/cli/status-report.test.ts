import { describe, expect, it } from "vitest";
import { reportStatus } from "../../lib/cli/status/status-report.ts";
import type { ShadowCase, ShadowTally } from "../../lib/ledger/shadow-items.ts";

const none = { cases: [], more: false };

function aTally(overrides: Partial<ShadowTally> = {}): ShadowTally {
  return { day: "2026-11-27", request: "sign-in", told: "accepted", would: "verified", count: 1, ...overrides };
}

function report(tallies: readonly ShadowTally[], cases: readonly ShadowCase[] = []) {
  const read = { table: "t", users: new Map(), since: "2026-11-21", tallies, cases: { cases, more: false } };
  return reportStatus(read).shadow ?? expect.unreachable("nothing is reported");
}

describe("the report of a shadow run", () => {
  it.each<readonly [string, Partial<ShadowTally>, boolean]>([
    ["a right password", {}, true],
    ["a refusal that both decided", { told: "refused", would: "wrong-password" }, true],
    ["a word that was not told", { told: "untold", would: "wrong-password" }, true],
    ["a fault", { would: "fault", code: "SOURCE_UNAVAILABLE" }, true],
    [
      "a forgotten password that is refused",
      { request: "look-up", told: "untold", would: "no-verified-contact" },
      true,
    ],
    ["an unusable record of one whom both refuse", { told: "refused", would: "unusable-record" }, true],
    ["a wrong refusal", { would: "disabled" }, false],
    ["an unusable record", { would: "unusable-record", code: "HASH_UNKNOWN" }, false],
    ["a wrong admission", { told: "refused" }, false],
    ["a wrong admission for a new password", { told: "refused", would: "weak" }, false],
  ])("says whether all agrees: %s", (_, tally, agrees) => {
    expect(report([aTally(), aTally(tally)]).agrees).toBe(agrees);
  });

  it("is not there where nothing was counted", () => {
    const read = {
      table: "t",
      users: new Map([["migrated", 7]] as const),
      since: "2026-11-21",
      tallies: [],
      cases: none,
    };
    expect(reportStatus(read)).toEqual({ table: "t", users: { migrated: 7 } });
  });

  it("sums shards and days, the most frequent first", () => {
    const { groups } = report([
      aTally({ count: 2 }),
      aTally({ count: 3, day: "2026-11-26" }),
      aTally({ would: "weak" }),
      aTally({ told: "refused", would: "wrong-password", count: 6 }),
    ]);
    expect(groups.agrees).toEqual({
      count: 12,
      came: [
        { would: "wrong-password", count: 6 },
        { would: "verified", count: 5 },
        { would: "weak", count: 1 },
      ],
    });
  });

  it("counts an unusable record once more by itself, but where it stands among the wrong refusals", () => {
    const unusable = { would: "unusable-record", code: "HASH_DAMAGED" } as const;
    const { groups } = report([
      aTally({ ...unusable }),
      aTally({ ...unusable, told: "refused", count: 2 }),
      aTally({ ...unusable, told: "untold", count: 4 }),
      aTally({ ...unusable, request: "look-up", told: "untold", count: 8 }),
    ]);
    const counts = Object.entries(groups).map(([group, { count }]) => [group, count]);
    expect(Object.fromEntries(counts)).toEqual({
      "would-refuse": 1,
      "would-admit": 0,
      undecided: 0,
      unusable: 14,
      agrees: 2,
      untold: 4,
      "look-up": 8,
    });
  });

  it("has the days with events, the last one first", () => {
    const days = report([aTally({ day: "2026-11-25" }), aTally({ would: "disabled" }), aTally()]).days;
    expect(days.map(({ day, groups }) => [day, groups.agrees, groups["would-refuse"]])).toEqual([
      ["2026-11-27", 1, 1],
      ["2026-11-25", 1, 0],
    ]);
  });

  it("has the worst cases first, then the latest", () => {
    const a = { source: "shop", day: "2026-11-27", told: "accepted", would: "disabled" } as const;
    const cases = [
      { ...a, legacyId: "unusable", told: "untold", would: "unusable-record" },
      { ...a, legacyId: "admitted", told: "refused", would: "verified" },
      { ...a, legacyId: "10" },
      { ...a, legacyId: "9" },
      { ...a, legacyId: "earlier", day: "2026-11-26" },
    ] as const;
    const found = report([], cases).cases.map(({ legacyId }) => legacyId);
    expect(found).toEqual(["9", "10", "earlier", "admitted", "unusable"]);
  });
});
