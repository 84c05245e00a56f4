import { describe, expect, onTestFinished, test, vi } from "vitest";
import { serveTask } from "../../lib/aws/task.ts";
import { type ErrorCode, MigrationError } from "../../lib/core/errors.ts";
import type { BatchAnswer } from "../../lib/core/import-batch.ts";
import { finishImport } from "../../lib/distributed-import/finish-import.ts";
import { codeOf, importBatchFile } from "../../lib/distributed-import/import-batch-file.ts";
import { splitImport } from "../../lib/distributed-import/split-import.ts";
import { aSetting, soon, unhurried } from "./setting.ts";

const file = "id,email,email_verified,enabled\n1,a@example.org,true,true\n2,b@example.org,true,true\nbroken\n";
const time = () => ({ stop: soon(), signal: soon() });
const kept = { kind: "kept", state: "migrated" } as const;

async function aSplit() {
  const setting = await aSetting();
  const event = await setting.upload(file, { name: "users.csv" });
  await splitImport(event, unhurried(), setting.split);
  const key = `work/${event.id}/batch-000001.json`;
  const run = (answers: readonly BatchAnswer[], error?: unknown) =>
    importBatchFile({ key, error }, time(), { store: setting.objects.store, batch: async () => answers });
  const finish = (more: object = {}) =>
    finishImport({ ...event, ...more }, { signal: soon() }, { ...setting.split, store: setting.objects.store });
  return { ...setting, event, key, run, finish };
}

describe("a batch", () => {
  test("is not over while a user is left, and writes no result then", async () => {
    const { run, objects, event } = await aSplit();
    await expect(run([kept, { kind: "left" }])).rejects.toMatchObject({ name: "ImportUnfinished" });
    expect(await objects.keys(`results/${event.id}`)).toEqual([]);
    expect(await run([kept, { kind: "refused", reason: "no" }])).toEqual({ read: 2, refused: 1 });
    const { refused } = JSON.parse(await objects.text(`results/${event.id}/batch-000001.json`));
    expect(refused).toEqual([{ number: 2, line: 3, reason: "no", raw: "2,b@example.org,true,true" }]);
  });

  test("that has a result keeps it, whatever is said of it later", async () => {
    const { run } = await aSplit();
    expect(await run([kept, kept])).toEqual({ read: 2, refused: 0 });
    expect(await run([])).toEqual({ read: 2, refused: 0 });
    expect(await run([], { Error: "Sandbox.Timedout", Cause: "late" })).toEqual({ read: 2, refused: 0 });
  });

  test.each([
    [
      { Error: "ImportPoison", Cause: '{"errorType":"ImportPoison","errorMessage":"LEDGER_DAMAGED: an item"}' },
      "LEDGER_DAMAGED",
    ],
    [{ Error: "Sandbox.Timedout", Cause: '{"errorMessage":"RequestId: 1 Error: Task timed out"}' }, "Sandbox.Timedout"],
    [{ Error: "States.Timeout" }, "States.Timeout"],
    [{ Error: "a sentence, which may quote anything", Cause: "{" }, "States.Unknown"],
  ])("that failed is told by a code: %o", (caught, code) => {
    expect(codeOf(caught)).toBe(code);
  });

  test("is found at a key of a batch alone, and only where it is what a split wrote", async () => {
    const { objects, key } = await aSplit();
    const setting = { store: objects.store, batch: async () => [] };
    await expect(importBatchFile({ key: "uploads/x" }, time(), setting)).rejects.toMatchObject({
      code: "EVENT_INVALID",
    });
    const missing = key.replace("000001", "000009");
    await expect(importBatchFile({ key: missing }, time(), setting)).rejects.toThrow(/the batch is not there/);
    await objects.put(key, '{"source":"shop","options":{},"records":[{"number":1}]}');
    await expect(importBatchFile({ key }, time(), setting)).rejects.toMatchObject({ code: "IMPORT_UNREADABLE" });
  });
});

describe("the end", () => {
  test("tells the records of a batch without a result, and may be called again", async () => {
    const { finish, runs, event, objects } = await aSplit();
    const error = { Error: "States.Timeout", Cause: "late" };
    expect(await finish({ error })).toEqual({ state: "failed" });
    const run = await runs.read(event.id, soon());
    expect(run).toMatchObject({
      state: "failed",
      settled: 3,
      tally: { read: 3, refused: 3 },
      detail: { fault: "States.Timeout" },
    });
    const reasons = await objects.text(`refused/${event.id}/reasons.txt`);
    expect(reasons).toMatch(/^line 2: the batch could not be imported: States.Timeout\nline 3: .*\nline 4: 1 fields/);
    expect(await finish()).toEqual({ state: "failed" });
    expect(await runs.read(event.id, soon())).toEqual(run);
  });

  test("that was cut while it took things away goes on with that, and counts nothing anew", async () => {
    const { finish, run, runs, event, objects } = await aSplit();
    await run([kept, kept]);
    const remove = vi
      .spyOn(objects.store, "remove")
      .mockRejectedValueOnce(new MigrationError("STORAGE_UNAVAILABLE", "SlowDown"));
    await expect(finish()).rejects.toThrow("SlowDown");
    remove.mockRestore();
    expect(await finish()).toEqual({ state: "finished" });
    expect((await runs.read(event.id, soon()))?.tally).toMatchObject({ read: 3, kept: 2, refused: 1 });
    expect(await objects.keys()).toEqual([`refused/${event.id}/reasons.txt`, `refused/${event.id}/records`]);
  });

  test("of another execution touches nothing", async () => {
    const { finish, objects, run } = await aSplit();
    await run([kept, kept]);
    const before = await objects.keys();
    expect(await finish({ execution: "execution-2", error: { Error: "x" } })).toEqual({ state: "over" });
    expect(await objects.keys()).toEqual(before);
  });

  test("takes an import whose split never got so far", async () => {
    const { upload, split, runs, objects } = await aSetting();
    const event = await upload(file);
    const error = { Error: "ImportBusy", Cause: '{"errorMessage":"STORAGE_UNAVAILABLE: S3 answered SlowDown"}' };
    expect(await finishImport({ ...event, error }, { signal: soon() }, split)).toEqual({ state: "failed" });
    const fault = "STORAGE_UNAVAILABLE: S3 answered SlowDown";
    expect(await runs.read(event.id, soon())).toMatchObject({ state: "failed", detail: { fault } });
    expect(await objects.keys()).toEqual([]);
  });

  test("writes refused records of any size part by part", async () => {
    const { objects } = await aSetting();
    const growing = objects.store.open("refused/large", soon());
    for (let part = 0; part < 5; part += 1) await growing.add(Buffer.alloc(5 * 1024 * 1024, `${part}`));
    await growing.end();
    const text = await objects.text("refused/large");
    expect(text.length).toBe(25 * 1024 * 1024);
    expect([0, 1, 2, 3, 4].map((part) => text[part * 5 * 1024 * 1024])).toEqual(["0", "1", "2", "3", "4"]);
    const taken = objects.store.open("refused/taken-back", soon());
    await taken.add(Buffer.alloc(9 * 1024 * 1024));
    await taken.cancel();
    expect(await objects.keys("refused/taken")).toEqual([]);
  });
});

describe("a task's error", () => {
  const context = { awsRequestId: "r", getRemainingTimeInMillis: () => 60_000 };
  const fail = async (error: unknown) => {
    const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    onTestFinished(() => out.mockRestore());
    const task = serveTask({ name: "t", run: async () => Promise.reject(error) });
    const thrown = await task({}, context).catch((caught: Error) => caught);
    return { thrown: thrown as Error, told: out.mock.calls.join("") };
  };

  test.each<[ErrorCode, string]>([
    ["LEDGER_UNAVAILABLE", "ImportBusy"],
    ["PLATFORM_UNAVAILABLE", "ImportBusy"],
    ["STORAGE_UNAVAILABLE", "ImportBusy"],
    ["VAULT_UNAVAILABLE", "ImportBusy"],
    ["CONFIG_INVALID", "ImportPoison"],
    ["IMPORT_UNREADABLE", "ImportPoison"],
    ["LEDGER_DAMAGED", "ImportPoison"],
  ])("of the code %s is %s", async (code, name) => {
    const { thrown } = await fail(new MigrationError(code, "what"));
    expect(thrown).toMatchObject({ name, message: `${code}: what` });
  });

  test("that nobody knows tells its name, and nothing that it may quote", async () => {
    const { thrown, told } = await fail(new TypeError("the password is swordfish"));
    expect(`${thrown.name} ${thrown.message} ${thrown.stack} ${told}`).not.toContain("swordfish");
    expect(thrown).toMatchObject({ name: "ImportFault", message: "TypeError" });
  });

  test("that is a time which was over is one of somebody busy", async () => {
    expect((await fail(new DOMException("late", "TimeoutError"))).thrown.name).toBe("ImportBusy");
  });
});
