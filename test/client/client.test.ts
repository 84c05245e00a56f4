import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ApiError, type ImportUser, openClient, type UserResult } from "../../lib/client/client.ts";
import { closeNow, listenOnLoopback } from "../../lib/local/loopback.ts";
import { type Bed, credentials, openBed } from "../import-api/bed.ts";
import { storedHash } from "../support/legacy-user.ts";

const hash = storedHash("canary-Correct horse 1!");
const person = (id: string, more: Partial<ImportUser> = {}): ImportUser => ({
  id,
  username: id,
  enabled: true,
  attributes: { email: `${id}@example.com` },
  password: { encoded: hash },
  ...more,
});
const collect = async (results: AsyncIterable<UserResult>) => {
  const all: UserResult[] = [];
  for await (const one of results) all.push(one);
  return all;
};

describe("against the API", () => {
  let bed: Bed;
  let folder: string;
  beforeAll(async () => {
    bed = await openBed();
    folder = await mkdtemp(join(tmpdir(), "samekey-client-"));
  });
  afterAll(async () => {
    await bed?.close();
    await rm(folder, { recursive: true });
  });

  test("importUsers gives one result for each user, in their order, over several batches", async () => {
    const users = Array.from({ length: 47 }, (_, n) => person(`u${n}`));
    // Batch 3 begins when batch 0 is over.
    users[35] = person("u3", { attributes: { email: "u3@example.org" } });
    users[21] = person("u21", { enabled: "yes" as never });
    const progress: number[] = [];
    const results = await collect(
      bed.sdk.importUsers(users, {
        batchSize: 10,
        concurrency: 3,
        onProgress: (counts) => progress.push(Object.values(counts).reduce((sum, one) => sum + one, 0)),
      }),
    );
    expect(results.map(({ index }) => index)).toEqual(users.map((_, n) => n));
    expect(results.map(({ user }) => user)).toEqual(users);
    // Over the border of a batch the later user of an id is the newer one.
    expect(results.filter(({ result }) => result !== "created")).toMatchObject([
      { index: 21, result: "refused", reason: "import: `enabled` is of the type string, allowed are true and false" },
      { index: 35, result: "updated" },
    ]);
    expect(progress).toEqual([10, 20, 30, 40, 47]);
  });

  test("importUsers sends ids of databases, and times as dates", async () => {
    const user = person("big", { id: 9007199254740993n, createdAt: new Date("2020-02-03T04:05:06Z") });
    expect(await collect(bed.sdk.importUsers([user]))).toMatchObject([{ result: "created" }]);
    expect((await bed.rows()).map(({ legacyId }) => legacyId)).toContain("9007199254740993");
  });

  test("importUsers refuses by itself whom no request could hold", async () => {
    const loop: Record<string, unknown> = {};
    loop.loop = loop;
    const users = [person("a", { attributes: loop as never }), person("fits"), person("b", { totp: "x".repeat(4e6) })];
    const results = await collect(bed.sdk.importUsers(users));
    expect(results.map(({ index, result }) => [index, result])).toEqual([
      [0, "refused"],
      [1, "created"],
      [2, "refused"],
    ]);
  });

  test("importUsers reads no further than its batches at once", async () => {
    let read = 0;
    async function* cursor() {
      for (; read < 10_000; read++) yield person(`c${read}`);
    }
    const results = bed.sdk.importUsers(cursor(), { batchSize: 5, concurrency: 2 });
    await results.next();
    expect(read).toBeLessThanOrEqual(15);
    await results.return(undefined);
    expect(read).toBeLessThanOrEqual(15);
  });

  test("importUsers ends with its signal, and with what is refused to all", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(collect(bed.sdk.importUsers([person("never")], { signal }))).rejects.toThrow("enough");
    const options = { existing: "replace" as never };
    const refused = await collect(bed.sdk.importUsers([person("never")], { options })).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status: 400, code: "REQUEST_INVALID" });
  });

  test("createImport uploads a file of exactly its length, and waitForImport tells of it until it is over", async () => {
    const path = join(folder, "users.ndjson");
    const text = `${JSON.stringify(person("file"))}\n`.repeat(20_000);
    await writeFile(path, text);
    const sent: number[] = [];
    const id = await bed.sdk.createImport(path, { format: "ndjson", onProgress: (bytes) => sent.push(bytes) });
    expect(await bed.object(`uploads/${id}`)).toBe(text);
    expect(sent.at(-1)).toBe(text.length);
    expect(sent.length).toBeGreaterThan(5);
    expect((await bed.sdk.readImport(id)).state).toBe("waiting");

    const run = await bed.runs.read(id, AbortSignal.timeout(5000));
    if (run === undefined) throw new Error("no import");
    await bed.runs.take(run, "worker", AbortSignal.timeout(5000));
    const states: string[] = [];
    const over = await bed.sdk.waitForImport(id, {
      intervalMs: 1,
      async onProgress({ state }) {
        states.push(state);
        const next = states.length === 1 ? "running" : "finished";
        await bed.runs.save({ ...run, state: next }, "worker", AbortSignal.timeout(5000));
      },
    });
    expect(over.state).toBe("finished");
    expect([states[0], states.at(-1)]).toEqual(["waiting", "finished"]);
  });

  test("createImport and readImport tell what is refused", async () => {
    const path = join(folder, "empty.csv");
    await writeFile(path, "x");
    await truncate(path, 0);
    await expect(bed.sdk.createImport(path)).rejects.toMatchObject({ status: 400, code: "REQUEST_INVALID" });
    await expect(bed.sdk.readImport("no such/../import")).rejects.toMatchObject({ status: 404 });
    await expect(bed.sdk.createImport(join(folder, "none.csv"))).rejects.toThrow("ENOENT");
  });

  test("a wrong secret is 403, at once", async () => {
    const before = bed.refusals.length;
    const client = openClient({
      endpoint: bed.api.endpoint,
      region: "us-east-1",
      credentials: async () => ({ ...credentials, secretAccessKey: "wrong" }),
    });
    await expect(client.readImport("x")).rejects.toMatchObject({ status: 403, message: "403: Forbidden" });
    expect(bed.refusals.slice(before)).toEqual(["wrong signature"]);
  });
});

describe("against answers that pass", () => {
  /** A server that answers requests by this list, and tells the keys and bodies that came. */
  async function answering(answers: readonly (number | object | "cut")[]) {
    const came: { readonly key: unknown; readonly body: string }[] = [];
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      const answer = answers[came.length];
      came.push({ key: request.headers["idempotency-key"], body: Buffer.concat(parts).toString() });
      if (answer === "cut") request.socket.destroy();
      else if (typeof answer === "number") response.writeHead(answer, { "retry-after": "0" }).end("{}");
      else response.end(JSON.stringify(answer));
    });
    const port = await listenOnLoopback(server);
    onTestFinished(() => closeNow(server));
    const retry = { baseMs: 1, attempts: 4 };
    const client = openClient({ endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", credentials, retry });
    return { client, came };
  }
  const results = (...words: string[]) => ({ results: words.map((result) => ({ result })) });

  test("sends the same request with the same key until it is answered, and until nobody is left", async () => {
    const { client, came } = await answering([
      ...[429, 503, "cut" as const],
      ...[results("created", "left"), results("created", "left"), 500, results("created", "unchanged")],
    ]);
    const found = await collect(client.importUsers([person("a"), person("b")]));
    expect(found.map(({ result }) => result)).toEqual(["created", "unchanged"]);
    expect(came.length).toBe(7);
    expect(new Set(came.map(({ key }) => key)).size).toBe(1);
    expect(came[0]?.key).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(came.map(({ body }) => body)).size).toBe(1);
  });

  test("takes a new key for each batch", async () => {
    const { client, came } = await answering([results("created"), results("created")]);
    await collect(client.importUsers([person("a"), person("b")], { batchSize: 1, concurrency: 1 }));
    expect(new Set(came.map(({ key }) => key)).size).toBe(2);
  });

  test("gives up after its attempts, and at once for what does not pass", async () => {
    const busy = await answering([503, 503, 503, 503, 503]);
    await expect(collect(busy.client.importUsers([person("a")]))).rejects.toMatchObject({ status: 503 });
    expect(busy.came.length).toBe(4);
    const idle = await answering(Array(8).fill(results("left")));
    await expect(collect(idle.client.importUsers([person("a")]))).rejects.toThrow("left again and again");
    const wrong = await answering([422]);
    await expect(collect(wrong.client.importUsers([person("a")]))).rejects.toMatchObject({ status: 422 });
    expect(wrong.came.length).toBe(1);
  });
});

describe("openClient", () => {
  test("takes the region of the endpoint, and wants one where it names none", () => {
    const settings = { credentials };
    expect(() => openClient({ ...settings, endpoint: "https://a.execute-api.eu-west-1.amazonaws.com" })).not.toThrow();
    expect(() => openClient({ ...settings, endpoint: "https://imports.example.com" })).toThrow("region: missing");
    expect(() => openClient({ ...settings, endpoint: "nowhere" })).toThrow(TypeError);
  });

  test.each([{ batchSize: 501 }, { batchSize: 0 }, { concurrency: 51 }])("refuses %j", async (settings) => {
    const client = openClient({ credentials, endpoint: "https://a.execute-api.eu-west-1.amazonaws.com" });
    await expect(collect(client.importUsers([person("a")], settings))).rejects.toThrow(RangeError);
  });
});
