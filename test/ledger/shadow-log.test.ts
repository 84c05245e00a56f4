import { describe, expect, it } from "vitest";
import { openShadowLog } from "../../lib/ledger/shadow-log.ts";
import { readTallies } from "../../lib/ledger/standing.ts";
import type { Fault } from "../../lib/local/faults.ts";
import { anEntry, shadowLogContract } from "../contracts/shadow-log.ts";
import { aDeadline } from "../support/deadline.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { tap } from "../support/wire.ts";

describe("on the embedded DynamoDB", () => {
  shadowLogContract(anEmbeddedLedger);

  it.each<readonly [string, Fault]>([
    ["throttled", { kind: "throttle" }],
    ["stopped by another transaction", { kind: "conflict", at: 0 }],
    ["answered with an error of the server", { kind: "error500" }],
    ["cut off after the write", { kind: "lose-answer" }],
  ])("counts an event once that was twice %s", async (_, fault) => {
    const bench = await anEmbeddedLedger();
    bench.local.faults.queue("TransactWriteItems", fault, fault);
    await openShadowLog(bench).record(anEntry(), aDeadline().signal);
    expect(bench.local.requests.get("TransactWriteItems")).toBe(3);
    expect(await readTallies(bench, "2026-11-27")).toMatchObject([{ count: 1 }]);
  });

  it("takes another shard after a conflict", async () => {
    const bench = await anEmbeddedLedger();
    const wire = tap(bench.client);
    const draws = [0, 0.9];
    const log = openShadowLog({ ...bench, random: () => draws.shift() ?? 0.5 });
    bench.local.faults.queue("TransactWriteItems", { kind: "conflict", at: 0 });
    await log.record(anEntry(), aDeadline().signal);
    const [first, second] = wire
      .inputs("TransactWriteItemsCommand")
      .map((input) => JSON.stringify(input.TransactItems));
    expect([first, second]).toEqual([
      expect.stringContaining("shadow#count#0"),
      expect.stringMatching(/shadow#count#(?!0")/),
    ]);
  });

  it.each<readonly [string, Fault, string]>([
    ["throttles for ever", { kind: "throttle" }, "DEADLINE_EXCEEDED"],
    ["hangs", { kind: "hang" }, "DEADLINE_EXCEEDED"],
    ["refuses", { kind: "error", status: 400, type: "AccessDeniedException", message: "canary" }, "LEDGER_UNAVAILABLE"],
  ])("ends with its time, or at once, when DynamoDB %s", async (_, fault, code) => {
    const bench = await anEmbeddedLedger();
    bench.local.faults.always("TransactWriteItems", fault);
    const recording = openShadowLog(bench).record(anEntry(), aDeadline(200).signal);
    await expect(recording).rejects.toMatchObject({ code, message: expect.not.stringContaining("canary") });
  });
});
