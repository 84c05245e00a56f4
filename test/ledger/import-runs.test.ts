import { describe, expect, it } from "vitest";
import type { ImportRun } from "../../lib/core/import-run.ts";
import { emptyTally } from "../../lib/core/import-tally.ts";
import { openImportRuns } from "../../lib/ledger/import-runs.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";

const { signal } = new AbortController();

async function someRuns() {
  const { client, table } = await anEmbeddedLedger();
  let ms = Date.parse("2026-03-01T00:00:00.000Z");
  const runs = openImportRuns({ client, table, now: () => new Date(ms) });
  const at = "2026-03-01T00:00:00.000Z";
  const fresh: ImportRun = {
    id: "a",
    state: "running",
    settled: 0,
    tally: emptyTally,
    detail: { name: "users.csv" },
    startedAt: at,
    updatedAt: at,
  };
  return { runs, fresh, later: (more: number) => (ms += more) };
}

describe("import runs", () => {
  it("are read as they were saved, and unknown ones are none", async () => {
    const { runs, fresh } = await someRuns();
    expect(await runs.take(fresh, "one", signal)).toEqual({ kind: "taken", run: fresh });
    const tally = { ...emptyTally, read: 2, create: 1, refused: 1, reasons: [{ reason: "no", count: 1, lines: [2] }] };
    expect(await runs.save({ ...fresh, settled: 2, tally }, "one", signal)).toBe(true);
    expect(await runs.read("a", signal)).toEqual({ ...fresh, settled: 2, tally });
    expect(await runs.read("b", signal)).toBeUndefined();
  });

  it("are one owner's: another one is told how long", async () => {
    const { runs, fresh, later } = await someRuns();
    await runs.take(fresh, "one", signal);
    expect(await runs.take(fresh, "two", signal)).toEqual({
      kind: "busy",
      until: new Date("2026-03-01T00:02:00.000Z"),
      owner: "one",
    });
    later(60_000);
    await runs.save({ ...fresh, settled: 5 }, "one", signal);
    later(90_000);
    expect((await runs.take(fresh, "two", signal)).kind).toBe("busy");
  });

  it("are taken over, as they were left, once their owner is silent, who then is told", async () => {
    const { runs, fresh, later } = await someRuns();
    await runs.take(fresh, "one", signal);
    await runs.save({ ...fresh, settled: 5 }, "one", signal);
    later(121_000);
    expect(await runs.take(fresh, "two", signal)).toMatchObject({ kind: "taken", run: { settled: 5 } });
    expect(await runs.save({ ...fresh, settled: 6 }, "one", signal)).toBe(false);
    expect((await runs.read("a", signal))?.settled).toBe(5);
  });

  it("are free at once when they are let go, and the same owner may come back", async () => {
    const { runs, fresh, later } = await someRuns();
    await runs.take(fresh, "one", signal);
    expect((await runs.take(fresh, "one", signal)).kind).toBe("taken");
    expect(await runs.release({ ...fresh, state: "finished" }, "one", signal)).toBe(true);
    later(1);
    expect(await runs.take(fresh, "two", signal)).toMatchObject({ kind: "taken", run: { state: "finished" } });
  });

  it("keep no example of a user, and no more reasons than fit", async () => {
    const { runs, fresh } = await someRuns();
    await runs.take(fresh, "one", signal);
    const reasons = Array.from({ length: 1000 }, (_, line) => ({ reason: `reason ${line}`, count: 1, lines: [line] }));
    const examples = [{ line: 1, becomes: "create", fields: { id: "a••" } }];
    await runs.save({ ...fresh, tally: { ...emptyTally, reasons, examples } }, "one", signal);
    const { tally } = (await runs.read("a", signal)) ?? fresh;
    expect(tally.reasons).toHaveLength(200);
    expect(tally.examples).toEqual([]);
  });
});
