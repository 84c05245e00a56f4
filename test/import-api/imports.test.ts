import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emptyTally } from "../../lib/core/import-tally.ts";
import { type Bed, bucket, bucketKey, openBed } from "./bed.ts";
import { type RawRequest, send, signed } from "./signed-fetch.ts";

let bed: Bed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed?.close());

const create = (body: unknown) => send(bed.api.endpoint, { path: "/imports", body: JSON.stringify(body) });
const read = (id: string, more: RawRequest = {}) =>
  send(bed.api.endpoint, { method: "GET", path: `/imports/${id}`, ...more });

describe("POST /imports", () => {
  test("writes the import down as waiting, and gives a link for exactly this upload", async () => {
    const { status, body, headers } = await create({
      name: "users.csv",
      bytes: 5,
      format: "csv",
      options: { passwords: "reset" },
    });
    expect(status).toBe(201);
    expect(headers.get("location")).toBe(`/imports/${body.id}`);
    const { upload } = body;
    const encrypted = {
      "x-amz-server-side-encryption": "aws:kms",
      "x-amz-server-side-encryption-aws-kms-key-id": bucketKey,
    };
    expect(upload.headers).toEqual({ ...encrypted, "content-length": "5" });
    const link = new URL(upload.url);
    expect(link.pathname).toBe(`/${bucket}/uploads/${body.id}`);
    expect(link.searchParams.get("X-Amz-Expires")).toBe("900");
    expect(link.searchParams.get("X-Amz-SignedHeaders")).toBe(
      ["content-length", "host", ...Object.keys(encrypted)].join(";"),
    );
    // An upload that was held to the checksum of no body could not succeed.
    expect([...link.searchParams.keys()].filter((name) => /checksum/i.test(name))).toEqual([]);
    const leftMs = Date.parse(upload.expiresAt) - Date.now();
    expect(leftMs).toBeGreaterThan(14 * 60_000);
    expect(leftMs).toBeLessThanOrEqual(15 * 60_000);

    expect(await bed.runs.read(body.id, AbortSignal.timeout(5000))).toMatchObject({
      state: "waiting",
      settled: 0,
      detail: {
        ...{ by: "api", source: "import", name: "users.csv", format: "csv" },
        ...{ existing: "update", passwords: "reset", withoutPassword: "wait" },
      },
    });
    const put = await fetch(upload.url, { method: "PUT", headers: upload.headers, body: "a,b\n1" });
    expect(put.status).toBe(200);
    expect(await bed.object(`uploads/${body.id}`)).toBe("a,b\n1");
  });

  test("leaves the import to whoever takes it first", async () => {
    const { body } = await create({ name: "users.csv" });
    expect(body.upload.headers).not.toHaveProperty("content-length");
    const found = await bed.runs.read(body.id, AbortSignal.timeout(5000));
    if (found === undefined) throw new Error("no import");
    expect(await bed.runs.take(found, "somebody", AbortSignal.timeout(5000))).toMatchObject({ kind: "taken" });
    expect(await bed.runs.take(found, "another", AbortSignal.timeout(5000))).toMatchObject({ kind: "busy" });
  });

  test.each([
    ["no name", {}],
    ["a format that nobody reads", { name: "x", format: "canary-dbf" }],
    ["a length that is none", { name: "x", bytes: -1 }],
    ["more than one PUT takes", { name: "x", bytes: 6 * 1024 ** 3 }],
    ["a member that nobody knows", { name: "x", key: "canary" }],
  ])("refuses %s", async (_, body) => {
    const { status, body: said, text } = await create(body);
    expect([status, said.code]).toEqual([400, "REQUEST_INVALID"]);
    expect(text).not.toContain("canary");
  });
});

describe("GET /imports/{id}", () => {
  test("tells how far the import is, and links what was refused when it is over", async () => {
    const { body } = await create({ name: "users.csv" });
    const waiting = await read(body.id);
    expect(waiting.status).toBe(200);
    expect(waiting.body).toMatchObject({ id: body.id, state: "waiting", settled: 0, counts: { read: 0, refused: 0 } });

    const run = await bed.runs.read(body.id, AbortSignal.timeout(5000));
    if (run === undefined) throw new Error("no import");
    const tally = {
      ...{ ...emptyTally, read: 3, create: 2, refused: 1, ways: { "pbkdf2, in the vault": 2 } },
      reasons: [{ reason: "no e-mail address", count: 1, lines: [2] }],
    };
    const atWork = { ...run, state: "running", settled: 3, tally } as const;
    await bed.runs.take(atWork, "worker", AbortSignal.timeout(5000));
    await bed.runs.save(atWork, "worker", AbortSignal.timeout(5000));
    const running = (await read(body.id)).body;
    expect(running).toMatchObject({ state: "running", settled: 3, counts: { read: 3, create: 2, refused: 1 } });
    expect(running).not.toHaveProperty("refused");

    await bed.runs.release({ ...atWork, state: "finished" }, "worker", AbortSignal.timeout(5000));
    await bed.put(`refused/${body.id}/records`, "the record");
    const { body: over } = await read(body.id);
    expect(over).toMatchObject({
      state: "finished",
      ways: { "pbkdf2, in the vault": 2 },
      reasons: [{ reason: "no e-mail address", count: 1, lines: [2] }],
    });
    expect(await (await fetch(over.refused.records.url)).text()).toBe("the record");
    expect(new URL(over.refused.reasons.url).pathname).toBe(`/${bucket}/refused/${body.id}/reasons.txt`);
  });

  test.each(["5c1b7a52-5d36-4d0f-8f5c-000000000000", "nothing", "a".repeat(3000)])("answers 404 to %s", async (id) => {
    const { status, body } = await read(id);
    expect([status, body.code]).toEqual([404, "IMPORT_UNKNOWN"]);
  });

  test("tells nothing of the command's imports", async () => {
    const id = "5c1b7a52-5d36-4d0f-8f5c-00000000000c";
    const at = new Date().toISOString();
    const run = { id, settled: 0, tally: emptyTally, detail: { by: "command" }, startedAt: at, updatedAt: at };
    await bed.runs.create({ ...run, state: "running" }, AbortSignal.timeout(5000));
    expect((await read(id)).status).toBe(404);
  });
});

describe("API Gateway", () => {
  const lastRefusal = () => bed.refusals.at(-1);

  test("has no other routes", async () => {
    const answers = await Promise.all(
      [{ method: "GET", path: "/imports" }, { path: "/users/batch/" }, { path: "/" }].map((one) =>
        send(bed.api.endpoint, one as RawRequest),
      ),
    );
    expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(3).fill([404, { message: "Not Found" }]));
  });

  test("takes no path that is none", async () => {
    const answer = await fetch(`${bed.api.endpoint}/imports/%zz`);
    expect([answer.status, await answer.json()]).toEqual([400, { message: "Bad Request" }]);
  });

  test("refuses whoever has not signed", async () => {
    const answer = await fetch(`${bed.api.endpoint}/imports`, { method: "POST", body: "{}" });
    expect([answer.status, await answer.json()]).toEqual([403, { message: "Forbidden" }]);
    expect(lastRefusal()).toBe("unsigned");
  });

  test("refuses a clock that is more than five minutes off", async () => {
    const at = new Date();
    bed.clock.now = () => new Date(at.getTime() + 6 * 60_000);
    const { status } = await read("nothing", { at });
    bed.clock.now = () => new Date();
    expect([status, lastRefusal()]).toEqual([403, "expired"]);
  });

  test("refuses what was changed on its way", async () => {
    const headers = { "idempotency-key": "k" };
    const { url, ...init } = await signed(bed.api.endpoint, { headers, body: '{"users":[]}' });
    const changed = await fetch(url, { ...init, body: '{"users":[1]}' } as RequestInit);
    expect([changed.status, lastRefusal()]).toEqual([403, "wrong payload hash"]);
    const { "x-amz-content-sha256": _, ...others } = init.headers;
    const hidden = await fetch(url, { ...init, headers: others, body: '{"users":[1]}' } as RequestInit);
    expect([hidden.status, lastRefusal()]).toEqual([403, "malformed"]);
    const elsewhere = await fetch(`${bed.api.endpoint}/imports`, init as RequestInit);
    expect([elsewhere.status, lastRefusal()]).toEqual([403, "wrong signature"]);
  });

  test("refuses another secret and another key", async () => {
    const { accessKeyId } = { accessKeyId: "AKIDSCRIPT" };
    expect((await read("x", { signer: { accessKeyId, secretAccessKey: "wrong" } })).status).toBe(403);
    expect(lastRefusal()).toBe("wrong signature");
    expect((await read("x", { signer: { accessKeyId: "AKIDOTHER", secretAccessKey: "wrong" } })).status).toBe(403);
    expect(lastRefusal()).toBe("unknown key");
  });
});
