import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Deadline } from "../../lib/core/deadline.ts";
import { holdBack } from "../../lib/core/hold-back.ts";

const sleep = vi.hoisted(() => vi.fn(async (_ms: number) => undefined));
vi.mock("../../lib/core/sleep.ts", () => ({ sleep }));

const withLeft = (leftMs: number): Deadline => ({
  signal: new AbortController().signal,
  leftMs: () => leftMs,
  clear: () => undefined,
});

describe("holdBack", () => {
  beforeEach(() => {
    vi.spyOn(performance, "now").mockReturnValue(10_000);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    sleep.mockClear();
  });

  it.each([
    [0, 1000, 0],
    [1, 1000, 999],
    [400, 1000, 600],
    [1000, 1000, 0],
    [1001, 1000, 999],
    [2700, 1000, 300],
  ])("after %i ms of work waits for the next multiple of %i ms: %i more", async (spent, step, more) => {
    await holdBack(10_000 - spent, step, withLeft(4000));
    expect(sleep).toHaveBeenCalledExactlyOnceWith(more);
  });

  it("waits no longer than the deadline", async () => {
    await holdBack(9_900, 1000, withLeft(50));
    expect(sleep).toHaveBeenCalledExactlyOnceWith(50);
  });

  it("does not wait where it is turned off", async () => {
    await holdBack(9_900, 0, withLeft(4000));
    expect(sleep).not.toHaveBeenCalled();
  });
});
