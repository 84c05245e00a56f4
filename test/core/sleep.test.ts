import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sleep } from "../../lib/core/sleep.ts";

/** Whether a promise is settled once everything that is due has run. */
async function isOver(promise: Promise<void>): Promise<boolean> {
  let over = false;
  promise.then(() => {
    over = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return over;
}

describe("sleep", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("ends after its time and not before", async () => {
    const sleeping = sleep(100);
    await vi.advanceTimersByTimeAsync(99);
    expect(await isOver(sleeping)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await isOver(sleeping)).toBe(true);
  });

  it("ends at once, and without an error, when the signal aborts, and leaves no timer", async () => {
    const controller = new AbortController();
    const sleeping = sleep(60_000, controller.signal);
    expect(await isOver(sleeping)).toBe(false);
    controller.abort(new Error("the deadline"));
    expect(await isOver(sleeping)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not begin under a signal that has aborted", async () => {
    expect(await isOver(sleep(60_000, AbortSignal.abort()))).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("leaves no listener behind on the signal of an event", async () => {
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, "removeEventListener");
    const sleeping = sleep(10, signal);
    await vi.advanceTimersByTimeAsync(10);
    await sleeping;
    expect(removed).toHaveBeenCalledOnce();
  });
});
