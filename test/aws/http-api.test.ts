import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parseHttpEvent, serveHttp } from "../../lib/aws/http-api.ts";
import { MigrationError } from "../../lib/core/errors.ts";
import type { HttpRequest, HttpTime } from "../../lib/core/http.ts";
import { eventOf } from "../../lib/local/http-api/event.ts";
import { captureStdout } from "../support/stdout.ts";

const request = {
  method: "GET",
  path: "/imports/a%C3%A4",
  query: "",
  headers: { host: "api.example.com", "content-type": "application/json", "idempotency-key": "k" },
  body: Buffer.from('{"ä":1}'),
  routeKey: "GET /imports/{id}",
  pathParameters: { id: "aä" },
  accessKeyId: "AKID",
  sourceIp: "127.0.0.1",
  at: new Date("2026-11-27T12:00:00Z"),
};
const event = eventOf(request);
const context = (leftMs: number) => ({ awsRequestId: "r-1", getRemainingTimeInMillis: () => leftMs });
const job = (answer: (request: HttpRequest, time: HttpTime) => unknown) =>
  serveHttp({ route: "GET /imports/{id}", answer: answer as never });

describe("an event of the payload format 2.0", () => {
  test("is a request of its caller", () => {
    const parsed = parseHttpEvent(event);
    expect(parsed).toMatchObject({ parameters: { id: "aä" }, caller: "000000000000/AIDAAKID" });
    expect(parsed.headers["idempotency-key"]).toBe("k");
    expect(Buffer.from(parsed.body).toString()).toBe('{"ä":1}');
  });

  test("may have its body in base64, or none", () => {
    const other = eventOf({ ...request, headers: { ...request.headers, "content-type": "application/x-other" } });
    expect(other.isBase64Encoded).toBe(true);
    expect(Buffer.from(parseHttpEvent(other).body).toString()).toBe('{"ä":1}');
    expect(parseHttpEvent(eventOf({ ...request, body: Buffer.alloc(0) })).body.byteLength).toBe(0);
  });

  test("is of one caller through all sessions of a role", () => {
    const of = (userId: string) =>
      parseHttpEvent({ ...event, requestContext: { authorizer: { iam: { accountId: "1", userId } } } }).caller;
    expect(of("AROAEXAMPLE:one")).toBe(of("AROAEXAMPLE:two"));
    expect(of("AROAEXAMPLE:one")).not.toBe(of("AROAOTHER:one"));
    // A federated user has no id but this one.
    expect(of("123456789012:ann")).not.toBe(of("123456789012:bob"));
  });

  test.each([
    ["another format", { ...event, version: "1.0" }],
    ["no format", { ...event, version: undefined }],
    ["no authorization", { ...event, requestContext: { accountId: "1" } }],
    ["a JWT's authorization", { ...event, requestContext: { authorizer: { jwt: { claims: {} } } } }],
    ["a body that is no text", { ...event, body: { users: [] } }],
    ["nothing", null],
  ])("is refused with %s", (_, spoiled) => {
    expect(() => parseHttpEvent(spoiled)).toThrow(
      expect.objectContaining({ code: "EVENT_INVALID" }) as unknown as MigrationError,
    );
  });
});

describe("serveHttp", () => {
  describe("with a clock of its own", () => {
    beforeEach(() => {
      vi.useFakeTimers();
      captureStdout();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    /** When the signals abort, milliseconds after the event. */
    async function times(leftMs: number, spentMs: number) {
      const at: { stop?: number; over?: number } = {};
      const handler = job(async (_, { stop, over }) => {
        const begun = performance.now();
        stop.addEventListener("abort", () => (at.stop = performance.now() - begun));
        over.addEventListener("abort", () => (at.over = performance.now() - begun));
        await new Promise((resolve) => setTimeout(resolve, 40_000));
        return { status: 200, body: at };
      });
      vi.advanceTimersByTime(spentMs);
      const answered = handler(event, context(leftMs));
      await vi.advanceTimersByTimeAsync(40_000);
      return JSON.parse((await answered).body);
    }

    test("begins nothing in the last 2 s of API Gateway's 30, which run from the function's start", async () => {
      vi.setSystemTime(0);
      const { stop, over } = await times(900_000, 0);
      const init = performance.now() - 40_000;
      expect(stop).toBeCloseTo(28_000 - init, -2);
      expect(over - stop).toBeCloseTo(800, -1);
    });

    test("nor in the last 2 s of Lambda's own", async () => {
      expect(await times(10_000, 0)).toEqual({ stop: 8000, over: 8800 });
    });
  });

  test("answers JSON that nobody keeps, and logs no more than route, status and code", async () => {
    const log = captureStdout();
    expect(
      await job(async () => ({ status: 201, headers: { location: "/x" }, body: { a: 1 } }))(event, context(9e3)),
    ).toEqual({
      statusCode: 201,
      headers: { "content-type": "application/json", "cache-control": "no-store", location: "/x" },
      body: '{"a":1}',
      isBase64Encoded: false,
    });
    const { time: _, ms: __, ...line } = log.lines()[0] ?? {};
    expect(line).toEqual({
      level: "INFO",
      platform: "http-api",
      requestId: "r-1",
      request: "GET /imports/{id}",
      outcome: "201",
    });
  });

  test.each([
    [new MigrationError("LEDGER_UNAVAILABLE", "canary"), 503, "LEDGER_UNAVAILABLE"],
    [new MigrationError("CONFIG_INVALID", "canary"), 500, "CONFIG_INVALID"],
    [new TypeError("canary"), 500, "FAULT"],
  ])("tells the caller of %s no more than its code, and where the log is", async (error, status, code) => {
    captureStdout();
    const answer = await job(() => Promise.reject(error))(event, context(9e3));
    expect(answer.statusCode).toBe(status);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(answer.body)).toMatchObject({ type: "about:blank", status, code });
    expect(answer.body).toContain("r-1");
    expect(answer.body).not.toContain("canary");
  });

  test("throws for an event that no caller can mend", async () => {
    captureStdout();
    await expect(job(async () => ({ status: 200, body: 1 }))({ version: "1.0" }, context(9e3))).rejects.toMatchObject({
      code: "EVENT_INVALID",
    });
  });
});
