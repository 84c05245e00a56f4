import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openDeadline, untilAborted } from "../../lib/core/deadline.ts";

describe("openDeadline", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("aborts with DEADLINE_EXCEEDED when its time is over, not before", () => {
    const deadline = openDeadline(100);
    vi.advanceTimersByTime(99);
    expect(deadline.signal.aborted).toBe(false);
    expect(deadline.leftMs()).toBe(1);
    vi.advanceTimersByTime(1);
    expect(deadline.signal.reason).toMatchObject({ code: "DEADLINE_EXCEEDED" });
    vi.advanceTimersByTime(50);
    expect(deadline.leftMs()).toBe(0);
  });

  it("never aborts once it was cleared", () => {
    const deadline = openDeadline(100);
    deadline.clear();
    vi.advanceTimersByTime(1000);
    expect(deadline.signal.aborted).toBe(false);
  });

  it("is over at once where no time is left", () => {
    const deadline = openDeadline(-20);
    expect(deadline.leftMs()).toBe(0);
    vi.advanceTimersByTime(0);
    expect(deadline.signal.aborted).toBe(true);
  });
});

describe("untilAborted", () => {
  it("gives the promise's own value or error", async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(5), signal)).toBe(5);
    await expect(untilAborted(Promise.reject(new Error("own")), signal)).rejects.toThrow("own");
  });

  it("rejects with the signal's reason when it aborts first", async () => {
    const controller = new AbortController();
    const waiting = untilAborted(new Promise(() => undefined), controller.signal);
    const over = new Error("over");
    controller.abort(over);
    await expect(waiting).rejects.toBe(over);
  });

  it("leaves no unhandled rejection behind when it was aborted before", async () => {
    const over = new Error("over");
    await expect(untilAborted(Promise.reject(new Error("late")), AbortSignal.abort(over))).rejects.toBe(over);
  });
});
