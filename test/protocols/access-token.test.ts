import { describe, expect, test } from "vitest";
import { openTokenCache } from "../../lib/protocols/access-token.ts";

const soon = () => AbortSignal.timeout(10_000);

function counted(lifetimeS: number) {
  let fetched = 0;
  let nowMs = 0;
  const cache = openTokenCache(
    async () => ({ token: `token-${++fetched}`, lifetimeS }),
    () => nowMs,
  );
  return {
    cache,
    at: (seconds: number) => {
      nowMs = seconds * 1000;
      return cache.read(soon());
    },
  };
}

describe("openTokenCache", () => {
  test("keeps a token until a minute before its end", async () => {
    const { at } = counted(3600);
    expect([await at(0), await at(3539), await at(3540), await at(3541)]).toEqual([
      "token-1",
      "token-1",
      "token-2",
      "token-2",
    ]);
  });

  test("keeps a token that lives shorter for half its life", async () => {
    const { at } = counted(60);
    expect([await at(0), await at(29), await at(30)]).toEqual(["token-1", "token-1", "token-2"]);
  });

  test("forgets a token that was refused, and no newer one", async () => {
    const { at, cache } = counted(3600);
    await at(0);
    cache.forget("token-1");
    expect(await at(1)).toBe("token-2");
    cache.forget("token-1");
    expect(await at(2)).toBe("token-2");
  });

  test("fetches once for all who wait, and forgets a failure", async () => {
    let asked = 0;
    const cache = openTokenCache(async () => {
      asked += 1;
      if (asked === 1) throw new Error("down");
      return { token: "token", lifetimeS: 3600 };
    });
    const first = await Promise.allSettled([cache.read(soon()), cache.read(soon())]);
    expect([asked, ...first.map(({ status }) => status)]).toEqual([1, "rejected", "rejected"]);
    expect(await cache.read(soon())).toBe("token");
  });

  test("goes on for who has time left when another's time was over", async () => {
    let asked = 0;
    const cache = openTokenCache((signal) => {
      asked += 1;
      if (asked > 1) return Promise.resolve({ token: "token", lifetimeS: 3600 });
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    const short = new AbortController();
    const impatient = cache.read(short.signal);
    const patient = cache.read(soon());
    short.abort(new Error("over"));
    await expect(impatient).rejects.toThrow("over");
    expect(await patient).toBe("token");
  });
});
