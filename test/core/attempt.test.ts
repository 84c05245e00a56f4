import { describe, expect, it } from "vitest";
import { type AttemptRecord, countAttempt, endOf } from "../../lib/core/attempt.ts";
import { defaultThrottle } from "../../lib/core/throttle.ts";

const limits = defaultThrottle;
const start = Date.parse("2026-11-27T12:00:00Z");
const second = 1000;
const hour = 3600 * second;

/** Guesses as fast as they are let through, for so long; each has a password of its own. */
function guessFor(ms: number, record?: AttemptRecord, from = start) {
  const checkedAt: number[] = [];
  let current = record;
  for (let now = from; now < from + ms; now += second) {
    const answer = countAttempt(current, `guess ${now}`, now, limits);
    if (answer.kind !== "counted") continue;
    checkedAt.push(now);
    current = answer.record;
  }
  return { checkedAt, record: current };
}

describe("counting attempts", () => {
  it("delays nothing for five failures, then 1 s and twice as long each time, up to 15 minutes", () => {
    const { checkedAt } = guessFor(2 * hour);
    const waits = checkedAt.slice(1).map((at, index) => (at - (checkedAt[index] ?? 0)) / second);
    expect(waits.slice(0, 16)).toEqual([1, 1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]);
    // From then on three come between two delays.
    expect(waits.slice(16, 22)).toEqual([1, 1, 900, 1, 1, 900]);
  });

  it("lets through under a hundred guesses in any hour, as ASVS 5.0 6.3.1 wants, and never more than a hundred in a row", () => {
    const { checkedAt, record } = guessFor(24 * hour);
    const most = Math.max(...checkedAt.map((at) => checkedAt.filter((one) => one >= at && one < at + hour).length));
    expect(most).toBeLessThan(30);
    expect(record?.level).toBeLessThanOrEqual(100);
    // By then a hundred are remembered: one an hour is forgotten, and so is tried.
    expect(checkedAt.filter((at) => at >= start + 15 * hour).length).toBeLessThanOrEqual(12);
  });

  it("lets the owner in when the delay is over, whatever came in between", () => {
    const { record } = guessFor(10 * second);
    const blocked = record?.blockedUntil ?? 0;
    expect(blocked).toBeGreaterThan(start + 9 * second);
    expect(countAttempt(record, "right", blocked - 1, limits)).toEqual({ kind: "throttled" });
    expect(countAttempt(record, "right", blocked, limits).kind).toBe("counted");
  });

  it.each([2, 6, 10, 20, 40])(
    "lets the owner in within three hours and a half, %i hours into an attack of a guess every five minutes",
    (hours) => {
      let record: AttemptRecord | undefined;
      for (let now = start; now < start + hours * hour; now += 300 * second) {
        const answer = countAttempt(record, `guess ${now}`, now, limits);
        if (answer.kind === "counted") record = answer.record;
      }
      // The owner tries every seven minutes, and the attack goes on.
      const begin = start + hours * hour;
      for (let now = begin; now < begin + 3.5 * hour; now += 60 * second) {
        const minutes = Math.round((now - begin) / 60_000);
        if (minutes % 7 === 3 && countAttempt(record, "right", now, limits).kind === "counted") return;
        if (minutes % 5 !== 0) continue;
        const answer = countAttempt(record, `guess ${now}`, now, limits);
        if (answer.kind === "counted") record = answer.record;
      }
      expect.unreachable("the owner was never let in");
    },
  );

  it("never locks for longer than three hours, which is after a hundred failures", () => {
    const { record } = guessFor(20 * hour);
    expect(countAttempt(record, "right", start + 23 * hour, limits).kind).toBe("counted");
  });

  it("forgets a failure an hour, and all of them in time", () => {
    const { record } = guessFor(10 * second);
    const level = record?.level ?? 0;
    expect(level).toBeGreaterThan(6);
    const rest = countAttempt(record, "x", start + 10 * second + 3 * hour, limits);
    expect(rest.kind === "counted" && rest.before).toBeCloseTo(level - 3, 1);
    const end = record === undefined ? 0 : endOf(record, limits);
    expect(countAttempt(record, "x", end, limits)).toMatchObject({ kind: "counted", before: 0 });
  });

  it("counts a platform's retry once: the same password within 15 s, though the delay has begun", () => {
    const { record } = guessFor(6 * second);
    if (record === undefined) return expect.unreachable();
    expect(record.blockedUntil).toBeGreaterThan(record.at);
    for (const after of [0, 5 * second, 10 * second, 14_999]) {
      expect(countAttempt(record, record.tag, record.at + after, limits).kind).toBe("repeated");
    }
    expect(countAttempt(record, record.tag, record.at + 15 * second, limits).kind).toBe("counted");
    expect(countAttempt(record, "another", record.at + 1, limits).kind).toBe("throttled");
  });

  it("takes another environment's clock that is behind for the same moment", () => {
    const { record } = guessFor(3 * second);
    const answer = countAttempt(record, "x", start - 5 * second, limits);
    expect(answer.kind === "counted" && answer.before).toBe(record?.level);
  });
});
