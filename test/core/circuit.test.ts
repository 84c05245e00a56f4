import { describe, expect, it } from "vitest";
import { addFailures, type CircuitRecord, isOpen } from "../../lib/core/circuit.ts";

const limits = { failuresPerMinute: 100, clientFailuresPerMinute: 60, openSeconds: 30 };
const start = Date.parse("2026-11-27T12:00:00Z");
const of = (count: number, client = "web") => new Map([[client, count]]);

function fed(record: CircuitRecord | undefined, failed: ReadonlyMap<string, number>, now: number): CircuitRecord {
  return addFailures(record, failed, now, limits) ?? expect.unreachable("the circuit is open");
}

describe("the circuit", () => {
  it("opens at so many failures of all clients in a minute", () => {
    const before = fed(fed(undefined, of(50, "a"), start), of(49, "b"), start + 1000);
    expect(isOpen(before, start + 1000)).toBe(false);
    expect(isOpen(fed(before, of(1, "c"), start + 2000), start + 2000)).toBe(true);
  });

  it("opens at fewer failures of one client", () => {
    const before = fed(undefined, of(59), start);
    expect(isOpen(before, start)).toBe(false);
    expect(isOpen(fed(before, of(1), start), start)).toBe(true);
  });

  it("counts each minute afresh", () => {
    const full = fed(undefined, of(59), start);
    expect(isOpen(fed(full, of(59), start + 60_000), start + 60_000)).toBe(false);
  });

  it("takes no failures while it is open, and closes by itself", () => {
    const open = fed(undefined, of(60), start);
    expect(addFailures(open, of(60), start + 29_999, limits)).toBeUndefined();
    expect(isOpen(open, start + 30_000)).toBe(false);
  });

  it("opens again at a tenth in the minute after that, and at the whole limit from the next one on", () => {
    const open = fed(undefined, of(60), start);
    const probing = fed(open, of(5), start + 31_000);
    expect(isOpen(probing, start + 31_000)).toBe(false);
    expect(isOpen(fed(probing, of(1), start + 32_000), start + 32_000)).toBe(true);
    const calm = fed(probing, of(59), start + 91_000);
    expect(isOpen(calm, start + 91_000)).toBe(false);
  });

  it("keeps the numbers of fifty clients; those beyond count with all", () => {
    let record: CircuitRecord | undefined;
    for (let client = 0; client < 99; client++) record = fed(record, of(1, `client ${client}`), start);
    expect(Object.keys(record?.clients ?? {})).toHaveLength(50);
    expect(isOpen(fed(record, of(1, "one more"), start), start)).toBe(true);
  });
});
