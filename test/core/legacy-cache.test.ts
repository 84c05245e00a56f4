import { describe, expect, it } from "vitest";
import { type LegacyCacheLimits, openLegacyCache, statusOf } from "../../lib/core/legacy-cache.ts";
import { aLegacyUser } from "../support/legacy-user.ts";

/** A cache, the clock that it reads, and the number of look-ups that went through. */
function aCache(limits: Partial<LegacyCacheLimits> = {}) {
  let time = Date.UTC(2026, 0, 1);
  let lookUps = 0;
  const cache = openLegacyCache({ keepSeconds: 60, perMinute: 100, entries: 10, ...limits }, () => new Date(time));
  return {
    pass: (seconds: number) => {
      time += seconds * 1000;
    },
    lookUps: () => lookUps,
    status: (key: string, found: "ann" | "disabled" | "nobody" = "nobody") =>
      cache.status(key, async () => {
        lookUps += 1;
        return statusOf(found === "nobody" ? undefined : aLegacyUser({ enabled: found === "ann" }));
      }),
    failing: (key: string) =>
      cache.status(key, async () => {
        lookUps += 1;
        throw new Error("down");
      }),
  };
}

describe("openLegacyCache", () => {
  it("tells whether a user is known and enabled", async () => {
    const { status } = aCache();
    expect(await status("a", "ann")).toEqual({ known: true, enabled: true });
    expect(await status("b", "disabled")).toEqual({ known: true, enabled: false });
    expect(await status("c")).toEqual({ known: false, enabled: false });
  });

  it("asks once within its time, and again after it", async () => {
    const { status, pass, lookUps } = aCache();
    await status("a", "ann");
    pass(59);
    expect(await status("a")).toEqual({ known: true, enabled: true });
    pass(1);
    expect(await status("a")).toEqual({ known: false, enabled: false });
    expect(lookUps()).toBe(2);
  });

  it("keeps nothing over a clock that was set back", async () => {
    const { status, pass } = aCache();
    await status("a", "ann");
    pass(-3600);
    expect(await status("a", "disabled")).toEqual({ known: true, enabled: false });
  });

  it("keeps nothing for zero seconds", async () => {
    const { status, lookUps } = aCache({ keepSeconds: 0 });
    await status("a");
    await status("a");
    expect(lookUps()).toBe(2);
  });

  it("keeps no fault", async () => {
    const { status, failing } = aCache();
    await expect(failing("a")).rejects.toThrow("down");
    expect(await status("a", "ann")).toEqual({ known: true, enabled: true });
  });

  it("tells nothing once the minute's look-ups are used up, and asks again in the next minute", async () => {
    const { status, pass, lookUps } = aCache({ perMinute: 2 });
    await status("a");
    await status("b");
    expect(await status("c", "ann")).toBeUndefined();
    expect(await status("a")).toEqual({ known: false, enabled: false });
    expect(lookUps()).toBe(2);
    pass(60);
    expect(await status("c", "ann")).toEqual({ known: true, enabled: true });
  });

  it("counts a look-up that failed, so that a store that is down is not run over", async () => {
    const { status, failing } = aCache({ perMinute: 1 });
    await expect(failing("a")).rejects.toThrow();
    expect(await status("b")).toBeUndefined();
  });

  it("drops the oldest answers when it is full", async () => {
    const { status, lookUps } = aCache({ entries: 2 });
    for (const key of ["a", "b", "c", "c", "b"]) await status(key);
    expect(lookUps()).toBe(3);
    await status("a");
    expect(lookUps()).toBe(4);
  });
});
