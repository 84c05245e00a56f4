import { describe, expect, it } from "vitest";
import type { LedgerUser } from "../../lib/core/ports.ts";
import { onErase } from "../../lib/core/transitions.ts";
import { aDeadline } from "../support/deadline.ts";
import type { LedgerBench } from "../support/ledger.ts";
import { aChange, aRow, openTapped } from "./ledger.ts";

/** What every DynamoDB has to give an erasure. */
export function ledgerEraseContract(open: () => Promise<LedgerBench>): void {
  const anOpenLedger = () => openTapped(open);
  const create = aChange(undefined, {});

  describe("an erasure", () => {
    async function erased(row: LedgerUser = create.after) {
      const setting = await anOpenLedger();
      await setting.erase({ before: undefined, after: row, event: row.state });
      const gone = onErase(row, new Date("2026-02-01"));
      if (gone.kind !== "to") throw new Error("not erased");
      return { ...setting, gone: { before: row, ...gone } };
    }

    it("leaves neither row nor pointer, and tombstones of keyed hashes alone", async () => {
      const { erase, gone, items, counts } = await erased(aRow({ platformId: "pool#sub", state: "blocked" }));
      expect(await erase(gone)).toMatchObject({ kind: "done" });
      const left = await items();
      expect(new Set(left.map((item) => item.pk?.S?.split("#")[0]))).toEqual(new Set(["audit", "count", "erased"]));
      expect(JSON.stringify(left)).not.toMatch(/ann|example|shop|pool|sub"/);
      const stones = left.filter((item) => item.sk?.S === "tombstone");
      expect(stones.every((item) => /^erased#1#[\w-]{43}$/.test(item.pk?.S ?? ""))).toBe(true);
      expect(stones).toHaveLength(4);
      expect(await counts()).toEqual({ erased: 1 });
    });

    it("is found by each of the user's names, in one read", async () => {
      const { erase, gone, erasing, wire } = await erased();
      await erase(gone);
      for (const key of [
        { kind: "identifier", value: "ann" },
        { kind: "identifier", value: "ann@example.com" },
        { kind: "legacy", value: "1" },
      ] as const) {
        const before = wire.count("BatchGetItemCommand");
        expect(await erasing.find([key], aDeadline().signal)).toMatchObject({ state: "erased", identifiers: [] });
        expect([wire.count("BatchGetItemCommand") - before, wire.count("GetItemCommand")]).toEqual([1, 0]);
      }
      const living = [{ kind: "identifier", value: "ann", living: true }] as const;
      expect(await erasing.find(living, aDeadline().signal)).toBeUndefined();
    });

    it.each([
      ["the same user", { legacyKey: "other", identifiers: ["other"] }],
      ["the platform's id of him", { legacyId: "2", identifiers: ["other"] }],
      ["one of his identifiers", { legacyId: "2", legacyKey: "2", identifiers: ["bob", "ann"] }],
    ])("lets nobody in who is %s, and writes nothing", async (_, overrides) => {
      const { erase, gone, items } = await erased();
      await erase(gone);
      const before = await items();
      expect(await erase(aChange(undefined, overrides))).toEqual({ kind: "erased" });
      expect(await items()).toEqual(before);
    });

    it("lets no other user's row have an identifier of his", async () => {
      const { erase, gone } = await erased();
      await erase(gone);
      const bob = aChange(undefined, { legacyId: "2", legacyKey: "2", identifiers: ["bob"] });
      expect(await erase(bob)).toMatchObject({ kind: "done" });
      expect(await erase(aChange(bob.after, { identifiers: ["bob", "ann"] }))).toEqual({ kind: "erased" });
    });

    it("needs no row, and is one where two operators do it", async () => {
      const { erase, counts } = await anOpenLedger();
      const after = aRow({ legacyId: "", source: "", legacyKey: "", state: "erased" });
      const answers = await Promise.all(
        ["a", "b"].map((history) => erase({ before: undefined, after: { ...after, history }, event: "erased" })),
      );
      expect(answers.map(({ kind }) => kind).sort()).toEqual(["done", "erased"]);
      expect(await counts()).toEqual({ erased: 1 });
      expect(await erase(create)).toEqual({ kind: "erased" });
    });

    it("is refused of a row that has changed since, and of a user who has a row by now", async () => {
      const { erase, gone, items } = await erased();
      await erase(aChange(create.after, { state: "blocked" }));
      const before = await items();
      expect(await erase(gone)).toMatchObject({ kind: "changed", current: { state: "blocked" } });
      expect(await erase({ ...gone, before: undefined })).toMatchObject({ kind: "changed" });
      expect(await items()).toEqual(before);
    });

    it("is a config error where the config has no key for it", async () => {
      const { change, gone } = await erased();
      await expect(change(gone)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    });
  });
}
