import { describe, expect, it } from "vitest";
import type { DriftWatch } from "../../lib/core/drift.ts";
import { fingerprintOf } from "../../lib/core/drift.ts";
import { type DriftFinding, sweepDrift } from "../../lib/core/drift-sweep.ts";
import type { LegacySource, UserState } from "../../lib/core/ports.ts";
import type { LegacyUser } from "../../lib/core/user.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { aLegacyUser, storedHash } from "../support/legacy-user.ts";
import { aSecretRef } from "../support/secret-ref.ts";

const { signal } = new AbortController();
const now = () => new Date("2026-03-01T00:00:00.000Z");
const another = { encoded: storedHash("another") };

/** Users who moved with what the store had then, and the store as it is now. */
async function aSetting(rule: DriftWatch["rule"], states: Readonly<Record<string, UserState | "unwatched" | "none">>) {
  const drift: DriftWatch = { key: aSecretRef("a key of at least 24 bytes!"), rule };
  const bench = await anEmbeddedLedger();
  const users = new Map(Object.keys(states).map((id) => [id, aLegacyUser({ id, source: "shop" })]));
  for (const [id, state] of Object.entries(states)) {
    const user = users.get(id);
    if (state === "none" || user === undefined) continue;
    const after = {
      source: "shop",
      legacyId: id,
      legacyKey: id,
      identifiers: [`name-${id}`],
      platformUsername: `name-${id}`,
      platformId: `pool#${id}`,
      state: state === "unwatched" ? ("migrated" as const) : state,
      version: 1,
      since: now().toISOString(),
      ...(state === "unwatched" ? {} : { fingerprint: await fingerprintOf(user, drift, signal) }),
    };
    await bench.ledger.change({ before: undefined, after, event: "migrated" }, signal);
  }
  const source: LegacySource = {
    name: "shop",
    lookups: ["id"],
    find: async () => undefined,
    // Two to a page, whatever was asked for: the sweep has to go by `next`.
    list: async ({ after = "" }) => {
      const left = [...users.values()].filter(({ id }) => id > after).sort((a, b) => a.id.localeCompare(b.id));
      const page = left.slice(0, 2);
      const last = left.length > 2 ? page.at(-1)?.id : undefined;
      return { users: page, ...(last === undefined ? {} : { next: last }) };
    },
  };
  const services = { sources: [source], ledger: bench.ledger, drift, now };
  const sweep = async (apply: boolean) => {
    const found: DriftFinding[] = [];
    for await (const finding of sweepDrift(source, services, apply, signal)) found.push(finding);
    return found;
  };
  const change = (id: string, changes: Partial<LegacyUser>) => {
    const user = users.get(id);
    if (user !== undefined) users.set(id, { ...user, ...changes });
  };
  return { ...bench, sweep, change };
}

describe("sweepDrift", () => {
  it("finds those who have changed since they moved, and what", async () => {
    const setting = await aSetting("reset", { a: "migrated", b: "migrated", c: "migrated", d: "unwatched", e: "none" });
    setting.change("a", { password: another });
    setting.change("b", { enabled: false });
    setting.change("e", { password: another });
    expect(await setting.sweep(false)).toEqual([
      { source: "shop", legacyId: "a", what: "password", resets: true },
      { source: "shop", legacyId: "b", what: "status", resets: false },
      { source: "shop", legacyId: "d", what: "unwatched", resets: false },
    ]);
  });

  it("writes nothing unless it is told to, and finds nothing again once it has", async () => {
    const setting = await aSetting("reset", { a: "migrated", b: "migrated", c: "migrated" });
    setting.change("c", { password: another });
    const before = await setting.items();
    await setting.sweep(false);
    expect(await setting.items()).toEqual(before);
    expect(await setting.sweep(true)).toHaveLength(1);
    expect(await setting.rows()).toMatchObject([
      { legacyId: "a" },
      { legacyId: "b" },
      { legacyId: "c", mustReset: true },
    ]);
    expect(await setting.sweep(true)).toEqual([]);
  });

  it.each(["verified", "blocked"] as const)("leaves a user alone who is %s", async (state) => {
    const setting = await aSetting("reset", { a: state });
    setting.change("a", { password: another });
    expect(await setting.sweep(true)).toEqual([]);
    expect(await setting.rows()).toMatchObject([{ state, version: 1 }]);
  });

  it("ends no password where the platform wins", async () => {
    const setting = await aSetting("platform-wins", { a: "migrated" });
    setting.change("a", { password: another });
    expect(await setting.sweep(true)).toMatchObject([{ what: "password", resets: false }]);
    expect((await setting.rows())[0]?.mustReset).toBeUndefined();
  });
});
