import { describe, expect, it } from "vitest";
import { openLedger } from "../../lib/ledger/ledger.ts";
import type { Fault } from "../../lib/local/faults.ts";
import { aChange, ledgerContract } from "../contracts/ledger.ts";
import { ledgerEraseContract } from "../contracts/ledger-erase.ts";
import { ledgerFindContract } from "../contracts/ledger-find.ts";
import { aDeadline } from "../support/deadline.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { tap } from "../support/wire.ts";

describe("the ledger on the embedded DynamoDB", () => {
  ledgerContract(anEmbeddedLedger);
  ledgerFindContract(anEmbeddedLedger);
  ledgerEraseContract(anEmbeddedLedger);

  const create = aChange(undefined, {});
  const key = { kind: "identifier", value: "ann" } as const;

  describe("faults of DynamoDB", () => {
    it.each<readonly [string, Fault]>([
      ["throttled", { kind: "throttle" }],
      ["throttled at the counter", { kind: "throttle", at: 4 }],
      ["stopped by another transaction", { kind: "conflict", at: 4 }],
      ["answered with an error of the server", { kind: "error500" }],
      ["answered with a page that no service sent", { kind: "html" }],
      ["cut off after the write", { kind: "lose-answer" }],
      ["told that its clock is wrong", { kind: "error", status: 400, type: "RequestTimeTooSkewed", message: "" }],
    ])("is done, and once, when it was twice %s", async (_, fault) => {
      const { ledger, local, rows, counts } = await anEmbeddedLedger();
      local.faults.queue("TransactWriteItems", fault, fault);
      expect(await ledger.change(create, aDeadline().signal)).toMatchObject({ kind: "done" });
      expect(local.requests.get("TransactWriteItems")).toBe(3);
      expect(await rows()).toEqual([create.after]);
      expect(await counts()).toEqual({ verified: 1 });
    });

    it.each<readonly [string, Fault]>([
      ["throttled", { kind: "throttle" }],
      ["an error of the server", { kind: "error500" }],
      ["a page that no service sent", { kind: "html" }],
      ["cut off", { kind: "lose-answer" }],
    ])("reads again what was twice answered with: %s", async (_, fault) => {
      const { ledger, local } = await anEmbeddedLedger();
      await ledger.change(create, aDeadline().signal);
      local.faults.queue("GetItem", fault, fault);
      expect(await ledger.find([key], aDeadline().signal)).toMatchObject(create.after);
    });

    it("takes another counter and another token after a conflict, and the same after a throttled server", async () => {
      const { client, table, local } = await anEmbeddedLedger();
      const wire = tap(client);
      const draws = [0, 0.9, 0.9, 0.5];
      const ledger = openLedger({ table, client, random: () => draws.shift() ?? 0.5 });
      local.faults.queue("TransactWriteItems", { kind: "conflict", at: 4 });
      await ledger.change(create, aDeadline().signal);
      const [first, second] = wire.inputs("TransactWriteItemsCommand");
      expect(JSON.stringify(first?.TransactItems)).toContain("count#0");
      expect(JSON.stringify(second?.TransactItems)).toContain("count#14");
      expect(first?.ClientRequestToken).not.toBe(second?.ClientRequestToken);
      local.faults.queue("TransactWriteItems", { kind: "error500" });
      await ledger.change(aChange(create.after, { state: "migrated" }), aDeadline().signal);
      const [, , third, fourth] = wire.inputs("TransactWriteItemsCommand");
      expect(third?.ClientRequestToken).toBe(fourth?.ClientRequestToken);
    });

    it("knows its own write where the answer was lost and the next attempt met a conflict", async () => {
      const { ledger, local, rows, counts } = await anEmbeddedLedger();
      local.faults.queue("TransactWriteItems", { kind: "lose-answer" }, { kind: "conflict", at: 4 });
      expect(await ledger.change(create, aDeadline().signal)).toMatchObject({ kind: "done", user: create.after });
      expect(await rows()).toEqual([create.after]);
      expect(await counts()).toEqual({ verified: 1 });
    });

    it.each<readonly [string, Fault]>([
      ["throttles for ever", { kind: "throttle" }],
      ["always conflicts", { kind: "conflict", at: 0 }],
      ["hangs", { kind: "hang" }],
      ["hangs after the write", { kind: "stall" }],
    ])("ends with the deadline when DynamoDB %s; the retry works and is one write", async (_, fault) => {
      const { ledger, local, rows, counts } = await anEmbeddedLedger();
      local.faults.always("TransactWriteItems", fault);
      await expect(ledger.change(create, aDeadline(200).signal)).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
      local.faults.clear();
      expect(await ledger.change(create, aDeadline().signal)).toMatchObject({ kind: "done" });
      expect(await rows()).toEqual([create.after]);
      expect(await counts()).toEqual({ verified: 1 });
    });

    it("cuts a read that hangs by the signal", async () => {
      const { ledger, local } = await anEmbeddedLedger();
      local.faults.always("GetItem", { kind: "hang" });
      await expect(ledger.find([key], aDeadline(100).signal)).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    });

    it("cuts one attempt that hangs early enough for a second", async () => {
      const { ledger, local } = await anEmbeddedLedger();
      await ledger.change(create, aDeadline().signal);
      local.faults.queue("GetItem", { kind: "hang" });
      expect(await ledger.find([key], aDeadline(4000).signal)).toMatchObject(create.after);
    });

    it.each(["AccessDeniedException", "ResourceNotFoundException", "ValidationException"])(
      "does not repeat what %s refuses for good, and says so",
      async (type) => {
        const { ledger, local } = await anEmbeddedLedger();
        local.faults.always("TransactWriteItems", { kind: "error", status: 400, type, message: "ann@example.com" });
        const failure = await ledger.change(create, aDeadline().signal).catch((error: unknown) => error);
        expect(failure).toMatchObject({ code: "LEDGER_UNAVAILABLE", message: `DynamoDB answered ${type}` });
        expect(local.requests.get("TransactWriteItems")).toBe(1);
      },
    );

    it("does nothing for an event that is over", async () => {
      const { ledger, local } = await anEmbeddedLedger();
      const over = new Error("over");
      await expect(ledger.change(create, AbortSignal.abort(over))).rejects.toBe(over);
      expect(local.requests.get("TransactWriteItems")).toBeUndefined();
    });

    it("is a fault where a table is not there", async () => {
      const { client } = await anEmbeddedLedger();
      const ledger = openLedger({ table: "missing", client });
      await expect(ledger.find([key], aDeadline().signal)).rejects.toMatchObject({ code: "LEDGER_UNAVAILABLE" });
      await expect(ledger.change(create, aDeadline().signal)).rejects.toMatchObject({ code: "LEDGER_UNAVAILABLE" });
    });
  });
});
