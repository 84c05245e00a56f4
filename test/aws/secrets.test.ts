import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type FetchSecret, fetchFromSecretsManager, openSecretCache } from "../../lib/aws/secrets.ts";
import { startSecrets } from "../../lib/local/secrets/secrets.ts";
import { aDeadline } from "../support/deadline.ts";

/** Secrets Manager on this machine with one secret, and the real client pointed at it. */
async function aSecretsManager() {
  const local = await startSecrets({ secrets: { "samekey/db": "first" } });
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", local.endpoint);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await local.stop();
  });
  let time = 0;
  const cache = openSecretCache(fetchFromSecretsManager(), () => time);
  const { signal } = aDeadline();
  return {
    ...local,
    read: (name = "samekey/db") => cache.read(name, signal),
    refresh: () => cache.refresh("samekey/db", signal),
    readWithin: (ms: number) => cache.read("samekey/db", aDeadline(ms).signal),
    pass: (seconds: number) => {
      time += seconds * 1000;
    },
    fetches: () => local.requests.get("GetSecretValue") ?? 0,
  };
}

describe("a secret", () => {
  it("is fetched once per environment, however many ask at the same time", async () => {
    const { read, fetches } = await aSecretsManager();
    expect(await Promise.all([read(), read(), read()])).toEqual(["first", "first", "first"]);
    expect(await read()).toBe("first");
    expect(fetches()).toBe(1);
  });

  it("is fetched again after ten minutes", async () => {
    const { read, pass, put, fetches } = await aSecretsManager();
    await read();
    put("samekey/db", "second");
    pass(599);
    expect(await read()).toBe("first");
    pass(1);
    expect(await read()).toBe("second");
    expect(fetches()).toBe(2);
  });

  it("is fetched at once when it was refused where it is used, and not again within five seconds", async () => {
    const { read, refresh, pass, put, fetches } = await aSecretsManager();
    await read();
    put("samekey/db", "second");
    pass(5);
    expect(await refresh()).toBe("second");
    expect(await refresh()).toBe("second");
    expect(await read()).toBe("second");
    expect(fetches()).toBe(2);
    pass(5);
    await refresh();
    expect(fetches()).toBe(3);
  });

  it("is never kept from a failed fetch: the next one asks again", async () => {
    const { read, faults, fetches } = await aSecretsManager();
    faults.queue("GetSecretValue", { kind: "error", status: 400, type: "AccessDeniedException", message: "no" });
    await expect(read()).rejects.toMatchObject({ code: "SECRET_UNAVAILABLE" });
    expect(await read()).toBe("first");
    expect(fetches()).toBe(2);
  });

  it("stays in use while a refresh fails", async () => {
    const { read, refresh, pass, faults } = await aSecretsManager();
    await read();
    pass(6);
    faults.always("GetSecretValue", { kind: "error", status: 400, type: "AccessDeniedException", message: "no" });
    await expect(refresh()).rejects.toMatchObject({ code: "SECRET_UNAVAILABLE" });
    expect(await read()).toBe("first");
  });

  it.each(["throttle", "error500", "lose-answer", "html"] as const)(
    "is asked for a second time after one failure: %s",
    async (kind) => {
      const { read, faults, fetches } = await aSecretsManager();
      faults.queue("GetSecretValue", { kind });
      expect(await read()).toBe("first");
      expect(fetches()).toBe(2);
    },
  );

  it("is not asked for again where the answer is final, and the fault names the secret, not its text", async () => {
    const { read, fetches } = await aSecretsManager();
    await expect(read("samekey/missing")).rejects.toMatchObject({
      code: "SECRET_UNAVAILABLE",
      message: "the secret samekey/missing: Secrets Manager answered ResourceNotFoundException",
    });
    expect(fetches()).toBe(1);
  });

  it("is cut by the event's deadline where Secrets Manager hangs, and had by the next event", async () => {
    const { readWithin, read, faults } = await aSecretsManager();
    faults.always("GetSecretValue", { kind: "hang" });
    await expect(readWithin(100)).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    faults.clear();
    expect(await read()).toBe("first");
  });

  it("is asked for a second time within one event where the first answer never comes", async () => {
    const { readWithin, faults } = await aSecretsManager();
    faults.queue("GetSecretValue", { kind: "hang" });
    expect(await readWithin(4000)).toBe("first");
  });
});

describe("openSecretCache", () => {
  it("cuts nobody else's wait when one event is over", async () => {
    const asked: AbortSignal[] = [];
    const fetchSecret: FetchSecret = (_name, signal) => {
      asked.push(signal);
      return asked.length === 1
        ? new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
        : Promise.resolve("text");
    };
    const cache = openSecretCache(fetchSecret);
    const first = new AbortController();
    const cut = cache.read("a", first.signal);
    const other = cache.read("a", new AbortController().signal);
    first.abort(new Error("over"));
    await expect(cut).rejects.toThrow("over");
    expect(await other).toBe("text");
  });
});
