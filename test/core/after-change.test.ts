import { describe, expect, it } from "vitest";
import { afterChange } from "../../lib/core/after-change.ts";
import { MigrationError } from "../../lib/core/errors.ts";
import type { LedgerUser, LegacySource } from "../../lib/core/ports.ts";
import { onErase } from "../../lib/core/transitions.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";

const { signal } = new AbortController();
const now = () => new Date("2026-03-01T00:00:00.000Z");

function aRow(overrides: Partial<LedgerUser> = {}): LedgerUser {
  return {
    source: "shop",
    legacyId: "1",
    legacyKey: "1",
    identifiers: ["ann"],
    platformUsername: "ann",
    platformId: "us-east-1_TEST#sub",
    state: "migrated",
    version: 2,
    since: "2026-02-01T00:00:00.000Z",
    ...overrides,
  };
}

interface Failures {
  readonly reset?: MigrationError;
  readonly mark?: MigrationError;
  readonly join?: MigrationError;
}

async function aSetting(fails: Failures = {}) {
  const { ledger, erasing, rows } = await anEmbeddedLedger();
  const marked: unknown[] = [];
  const reset: string[] = [];
  const joined: (readonly string[])[] = [];
  const source: LegacySource = {
    name: "shop",
    lookups: ["email"],
    find: async () => undefined,
    mark: async (id, at) => {
      if (fails.mark !== undefined) throw fails.mark;
      marked.push([id, at.toISOString()]);
      return true;
    },
  };
  const target = {
    name: "test",
    requireReset: async ({ platformUsername = "" }: LedgerUser) => {
      if (fails.reset !== undefined) throw fails.reset;
      reset.push(platformUsername);
      return true;
    },
    join: async ({ platformUsername = "", groups = [], identities = [] }: LedgerUser) => {
      if (fails.join !== undefined) throw fails.join;
      joined.push([platformUsername, ...groups, ...identities.map(({ provider, userId }) => `${provider}/${userId}`)]);
      return true;
    },
  };
  const services = { sources: [source], target, ledger, now };
  return { ledger, erasing, rows, marked, reset, joined, services };
}

const down = new MigrationError("SOURCE_UNAVAILABLE", "shop: down");

describe("afterChange", () => {
  it("marks a user in the legacy store once the platform has proved the move, with the time of it", async () => {
    const { marked, services } = await aSetting();
    await afterChange({ before: aRow({ state: "verified" }), after: aRow() }, services, signal);
    await afterChange({ before: undefined, after: aRow({ legacyId: "2" }) }, services, signal);
    expect(marked).toEqual([
      ["1", "2026-02-01T00:00:00.000Z"],
      ["2", "2026-02-01T00:00:00.000Z"],
    ]);
  });

  it.each(["imported", "verified", "resetting", "placing", "blocked", "erased"] as const)(
    "marks nobody who has become %s",
    async (state) => {
      const { marked, services } = await aSetting();
      await afterChange({ before: undefined, after: aRow({ state }) }, services, signal);
      expect(marked).toEqual([]);
    },
  );

  it("marks nobody again for a later change of a moved user", async () => {
    const { marked, services } = await aSetting();
    await afterChange({ before: aRow(), after: aRow({ fingerprint: "new.enabled" }) }, services, signal);
    expect(marked).toEqual([]);
  });

  it("leaves alone a source that cannot mark, and one that is no longer listed", async () => {
    const { services } = await aSetting();
    const mute: LegacySource = { name: "mute", lookups: ["email"], find: async () => undefined };
    for (const source of ["mute", "gone"]) {
      await afterChange({ before: undefined, after: aRow({ source }) }, { ...services, sources: [mute] }, signal);
    }
  });

  it("throws what a source throws, so that the stream tells it again", async () => {
    const { services } = await aSetting({ mark: down });
    await expect(afterChange({ before: undefined, after: aRow() }, services, signal)).rejects.toBe(down);
  });

  describe("of a drift that ends a password", () => {
    async function drifted(fails: Parameters<typeof aSetting>[0] = {}) {
      const setting = await aSetting(fails);
      const before = aRow({ fingerprint: "old.enabled" });
      const after = aRow({ fingerprint: "new.enabled", mustReset: true, version: 3 });
      await setting.ledger.change({ before: undefined, after: { ...before, version: 1 }, event: "migrated" }, signal);
      await setting.ledger.change({ before: { ...before, version: 1 }, after, event: "drifted" }, signal);
      return { ...setting, change: { before, after }, after };
    }

    it("ends it on the platform, then says in the ledger that it is done", async () => {
      const { change, services, reset, rows } = await drifted();
      await afterChange(change, services, signal);
      expect(reset).toEqual(["ann"]);
      const [row] = await rows();
      expect(row).toMatchObject({ state: "migrated", fingerprint: "new.enabled", version: 4 });
      expect(row?.mustReset).toBeUndefined();
    });

    it("does it once, however often the stream tells it", async () => {
      const { change, services, reset, rows } = await drifted();
      for (let time = 0; time < 3; time++) await afterChange(change, services, signal);
      expect(reset).toEqual(["ann"]);
      expect((await rows())[0]?.version).toBe(4);
    });

    it("is not said to be done where the platform was not reached", async () => {
      const { change, services, rows } = await drifted({ reset: new MigrationError("PLATFORM_UNAVAILABLE", "down") });
      await expect(afterChange(change, services, signal)).rejects.toMatchObject({ code: "PLATFORM_UNAVAILABLE" });
      expect((await rows())[0]?.mustReset).toBe(true);
    });

    it("touches nobody who was erased meanwhile", async () => {
      const { erasing, change, after, services, reset, rows } = await drifted();
      const erased = onErase(after, now());
      if (erased.kind === "to") await erasing.change({ before: after, ...erased }, signal);
      await afterChange(change, services, signal);
      expect(reset).toEqual([]);
      expect(await rows()).toEqual([]);
    });
  });

  describe("groups and identities that an import brought", () => {
    async function arrived(fails: Failures = {}) {
      const setting = await aSetting(fails);
      const brought = { groups: ["staff"], identities: [{ provider: "Google", userId: "7" }] };
      const before = aRow({ ...brought, state: "verified", version: 1 });
      const after = aRow({ ...brought, version: 2 });
      await setting.ledger.change({ before: undefined, after: before, event: "verified" }, signal);
      await setting.ledger.change({ before, after, event: "migrated" }, signal);
      return { ...setting, change: { before, after }, after };
    }

    it("are the platform user's once the user has moved, and gone from the row", async () => {
      const { change, services, joined, rows } = await arrived();
      for (let time = 0; time < 3; time++) await afterChange(change, services, signal);
      expect(joined).toEqual([["ann", "staff", "Google/7"]]);
      const [row] = await rows();
      expect(row).toMatchObject({ state: "migrated", version: 3 });
      expect(row).not.toHaveProperty("groups");
      expect(row).not.toHaveProperty("identities");
    });

    it("stay in the row where the platform was not reached", async () => {
      const { change, services, rows } = await arrived({ join: new MigrationError("PLATFORM_UNAVAILABLE", "down") });
      await expect(afterChange(change, services, signal)).rejects.toMatchObject({ code: "PLATFORM_UNAVAILABLE" });
      expect((await rows())[0]).toMatchObject({ groups: ["staff"], identities: [{ provider: "Google", userId: "7" }] });
    });

    it("are nobody's who was erased meanwhile", async () => {
      const { erasing, change, after, services, joined, rows } = await arrived();
      const erased = onErase(after, now());
      if (erased.kind === "to") await erasing.change({ before: after, ...erased }, signal);
      await afterChange(change, services, signal);
      expect(joined).toEqual([]);
      expect(JSON.stringify(await rows())).not.toContain("Google");
    });
  });
});
