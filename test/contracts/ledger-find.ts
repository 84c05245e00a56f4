import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { keyItem } from "../../lib/ledger/items.ts";
import { userKey } from "../../lib/ledger/keys.ts";
import { aDeadline } from "../support/deadline.ts";
import type { LedgerBench } from "../support/ledger.ts";
import type { tap } from "../support/wire.ts";
import { aChange, openTapped } from "./ledger.ts";

/** What every DynamoDB has to give the ledger's `find`. */
export function ledgerFindContract(open: () => Promise<LedgerBench>): void {
  const anOpenLedger = () => openTapped(open);
  const create = aChange(undefined, {});

  describe("find", () => {
    const reads = (wire: ReturnType<typeof tap>) => [wire.count("GetItemCommand"), wire.count("BatchGetItemCommand")];

    it("takes one strongly consistent read for a key that leads nowhere, two for one that leads to a row", async () => {
      const { change, find, wire } = await anOpenLedger();
      expect(await find({ kind: "identifier", value: "ann" })).toBeUndefined();
      expect(reads(wire)).toEqual([1, 0]);
      await change(create);
      expect(await find({ kind: "identifier", value: "ann" })).toMatchObject(create.after);
      expect(reads(wire)).toEqual([3, 0]);
      expect(wire.inputs("GetItemCommand").every((input) => input.ConsistentRead === true)).toBe(true);
    });

    it("takes one batch and one read for several keys, and none for no key", async () => {
      const { change, find, wire } = await anOpenLedger();
      await change(create);
      expect(await find()).toBeUndefined();
      expect(reads(wire)).toEqual([0, 0]);
      const keys = [
        { kind: "platform", value: "pool#none" },
        { kind: "legacy", value: "1" },
        { kind: "legacy", value: "1" },
      ] as const;
      expect(await find(...keys)).toMatchObject(create.after);
      expect(reads(wire)).toEqual([1, 1]);
    });

    it("goes by the order of the keys where they lead to two rows", async () => {
      const { change, find } = await anOpenLedger();
      await change(create);
      const bob = aChange(undefined, { legacyId: "2", legacyKey: "2", identifiers: ["bob"] });
      await change(bob);
      const [ann, bobs] = [
        { kind: "identifier", value: "ann" },
        { kind: "legacy", value: "2" },
      ] as const;
      expect((await find(ann, bobs))?.legacyId).toBe("1");
      expect((await find(bobs, ann))?.legacyId).toBe("2");
    });

    it("keeps identifiers, legacy ids and platform ids apart", async () => {
      const { change, find } = await anOpenLedger();
      await change(create);
      for (const kind of ["legacy", "platform"] as const) expect(await find({ kind, value: "ann" })).toBeUndefined();
    });

    it.each([1, 3])("asks again for keys that a batch left unprocessed %i times", async (times) => {
      const { change, find, wire } = await anOpenLedger();
      await change(create);
      wire.leaveUnprocessed(times);
      expect(await find({ kind: "platform", value: "pool#none" }, { kind: "legacy", value: "1" })).toMatchObject(
        create.after,
      );
      expect(wire.count("BatchGetItemCommand")).toBe(times + 1);
    });

    it("gives up on unprocessed keys when the deadline is over", async () => {
      const { ledger, wire } = await anOpenLedger();
      wire.leaveUnprocessed(1000);
      const keys = [
        { kind: "platform", value: "pool#none" },
        { kind: "legacy", value: "1" },
      ] as const;
      await expect(ledger.find(keys, aDeadline(300).signal)).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
      expect(wire.count("BatchGetItemCommand")).toBeLessThan(60);
    });

    it("finds nothing by a key that is too long for DynamoDB", async () => {
      const { find } = await anOpenLedger();
      expect(await find({ kind: "legacy", value: "x".repeat(5000) })).toBeUndefined();
    });

    it("takes identifiers in every writing as keys", async () => {
      const { change, find } = await anOpenLedger();
      const identifiers = ["josé", "' or 1=1", "名前@example.com", "a#b", "😀", "x".repeat(256)];
      await change(aChange(undefined, { identifiers }));
      for (const value of identifiers) expect((await find({ kind: "identifier", value }))?.legacyId).toBe("1");
    });

    it("is a fault where a pointer leads to no row", async () => {
      const { change, find, client, table } = await anOpenLedger();
      await change(create);
      await client.send(new DeleteItemCommand({ TableName: table, Key: keyItem(userKey("shop", "1")) }));
      await expect(find({ kind: "legacy", value: "1" })).rejects.toMatchObject({ code: "LEDGER_DAMAGED" });
    });
  });
}
