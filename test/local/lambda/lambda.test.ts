import { describe, expect, test } from "vitest";
import type { Invoked } from "../../../lib/local/lambda/lambda.ts";
import { isAlive, openLambda, sleeper } from "./open-lambda.ts";

const pidOf = (invoked: Invoked): number => {
  const payload: unknown = invoked.kind === "answer" ? invoked.payload : undefined;
  if (typeof payload !== "object" || payload === null || !("pid" in payload)) throw new Error(JSON.stringify(invoked));
  return Number(payload.pid);
};

describe("an event", () => {
  test("is answered by the handler, which has Lambda's context", async () => {
    const { lambda } = await openLambda({
      greet: `export const handler = async (event, context) => ({
        hello: event.name, function: context.functionName, arn: context.invokedFunctionArn, memory: context.memoryLimitInMB,
        id: context.awsRequestId, left: context.getRemainingTimeInMillis() });`,
    });
    const invoked = await lambda.invoke("greet", { name: "Zoë" });
    expect(invoked).toEqual({
      kind: "answer",
      payload: {
        hello: "Zoë",
        function: "greet",
        arn: "arn:aws:lambda:us-east-1:000000000000:function:greet",
        memory: "256",
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        left: expect.any(Number),
      },
    });
    expect(await lambda.invoke(lambda.arn("greet"), {})).toMatchObject({ kind: "answer" });
  });

  test("finds only the given variables and Lambda's own", async () => {
    const { lambda } = await openLambda(
      { env: "export const handler = async () => ({ env: process.env, flags: process.execArgv });" },
      { each: { environment: { TABLE: "users", AWS_REGION: "eu-west-1" }, memoryMb: 200 } },
    );
    const invoked = await lambda.invoke("env", {});
    expect(invoked).toMatchObject({
      payload: {
        env: {
          TABLE: "users",
          AWS_REGION: "eu-west-1",
          AWS_LAMBDA_FUNCTION_NAME: "env",
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "200",
          AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
          TZ: ":UTC",
          _HANDLER: "env.handler",
        },
        flags: ["--max-old-space-size=180", "--max-semi-space-size=10"],
      },
    });
    const env = JSON.stringify(invoked);
    expect(env).not.toContain("VITEST");
    expect(env).not.toContain('"HOME"');
  });

  test("is answered with null when the handler returns nothing", async () => {
    const { lambda } = await openLambda({ nothing: "export const handler = async () => {};" });
    expect(await lambda.invoke("nothing", {})).toEqual({ kind: "answer", payload: null });
  });

  test("uses the export that is named", async () => {
    const { lambda } = await openLambda({ other: "export const main = async () => 1;" }, { each: { handler: "main" } });
    expect(await lambda.invoke("other", {})).toEqual({ kind: "answer", payload: 1 });
  });

  test("has all its lines, under its own id, before its answer", async () => {
    const { lambda, logs, records } = await openLambda({
      talk: `console.log("loading");
        export const handler = async (event) => { console.log("line " + event.n); process.stderr.write("no end " + event.n); };`,
    });
    for (const n of [1, 2]) {
      await lambda.invoke("talk", { n });
      const requestId = records.at(-1)?.requestId;
      const mine = logs.filter((line) => line.requestId === requestId).map((line) => line.text);
      expect(mine.sort()).toEqual([`line ${n}`, `no end ${n}`]);
    }
    expect(logs.filter((line) => line.requestId === undefined)).toEqual([{ functionName: "talk", text: "loading" }]);
  });
});

describe("a fault of a function", () => {
  test("is the error that the handler threw", async () => {
    const { lambda, records } = await openLambda({
      throws: 'export const handler = async () => { throw new RangeError("too far"); };',
    });
    const error = { kind: "error", errorType: "RangeError", errorMessage: "too far" };
    expect(await lambda.invoke("throws", {})).toEqual(error);
    expect(await lambda.invoke("throws", {})).toEqual(error);
    expect(records.map(({ coldStart, outcome }) => [coldStart, outcome])).toEqual([
      [true, "error"],
      [false, "error"],
    ]);
  });

  test("is a timeout that ends the environment, also while it blocks the event loop", async () => {
    const { lambda, records } = await openLambda(
      {
        slow: `export const handler = async ({ how }) => {
          if (how === "wait") await new Promise((resolve) => setTimeout(resolve, 60_000));
          if (how === "block") for (;;);
          return process.pid; };`,
      },
      { each: { timeoutMs: 300 } },
    );
    for (const how of ["wait", "block"]) {
      expect(await lambda.invoke("slow", { how })).toEqual({
        kind: "error",
        errorType: "Sandbox.Timedout",
        errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 0\.30 seconds$/),
      });
    }
    expect(await lambda.invoke("slow", {})).toMatchObject({ kind: "answer" });
    expect(records.map(({ coldStart, outcome }) => [coldStart, outcome])).toEqual([
      [true, "timeout"],
      [true, "timeout"],
      [true, "answer"],
    ]);
  });

  test.each([
    ["process.exit(7)", "Runtime.ExitError", /Runtime exited with error: exit status 7$/],
    ["process.exit(0)", "Runtime.ExitError", /Runtime exited without providing a reason$/],
    ['process.kill(process.pid, "SIGKILL")', "Runtime.ExitError", /Runtime exited with error: signal: killed$/],
    ['setTimeout(() => { throw new TypeError("loose"); })', "TypeError", /^loose$/],
    ['Promise.reject(new Error("unseen"))', "Runtime.UnhandledPromiseRejection", /^Error: unseen$/],
  ])("%s ends the environment, and the next event starts cold", async (work, errorType, errorMessage) => {
    const { lambda, records } = await openLambda({
      ends: `export const handler = async (event) => {
        if (event.end) { ${work}; await new Promise((resolve) => setTimeout(resolve, 5000)); }
        return process.pid; };`,
    });
    expect(await lambda.invoke("ends", { end: true })).toEqual({
      kind: "error",
      errorType,
      errorMessage: expect.stringMatching(errorMessage),
    });
    expect(await lambda.invoke("ends", {})).toMatchObject({ kind: "answer" });
    expect(records.map((record) => record.coldStart)).toEqual([true, true]);
  });

  test.each([
    ["a file that throws", 'throw new EvalError("at load");', "EvalError", "at load"],
    [
      "a file without the export",
      "export const other = 1;",
      "Runtime.HandlerNotFound",
      "broken.handler is undefined or not exported",
    ],
    ["a module that is not there", 'import "not-there";', "Runtime.ImportModuleError", /not-there/],
    ["a file that exits", "process.exit(3);", "Runtime.ExitError", /exit status 3/],
  ])("is told for %s", async (_title, source, errorType, message) => {
    const { lambda, records } = await openLambda({ broken: source });
    const errorMessage = typeof message === "string" ? message : expect.stringMatching(message);
    expect(await lambda.invoke("broken", {})).toEqual({ kind: "error", errorType, errorMessage });
    expect(records).toMatchObject([{ outcome: "init-error", coldStart: true }]);
  });

  test("is told for an unknown function", async () => {
    const { lambda } = await openLambda({});
    expect(await lambda.invoke("nobody", {})).toEqual({
      kind: "error",
      errorType: "ResourceNotFoundException",
      errorMessage: "Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody",
    });
  });

  test("in one event leaves the others alone", async () => {
    const { lambda } = await openLambda(
      { mixed: "export const handler = async ({ n }) => { if (n % 4 === 0) process.exit(1); return n; };" },
      { maxEnvironments: 3 },
    );
    const invoked = await Promise.all(Array.from({ length: 12 }, (_, n) => lambda.invoke("mixed", { n })));
    expect(invoked.map((one) => (one.kind === "answer" ? one.payload : one.errorType))).toEqual(
      Array.from({ length: 12 }, (_, n) => (n % 4 === 0 ? "Runtime.ExitError" : n)),
    );
  });
});

describe("environments", () => {
  test("are used again, and one that is asked for fresh is not", async () => {
    const { lambda, records } = await openLambda({ sleeper });
    const first = pidOf(await lambda.invoke("sleeper", {}));
    expect(pidOf(await lambda.invoke("sleeper", {}))).toBe(first);
    expect(pidOf(await lambda.invoke("sleeper", {}, { fresh: true }))).not.toBe(first);
    expect(records.map((record) => record.coldStart)).toEqual([true, false, true]);
    expect(records.map((record) => record.initMs !== undefined)).toEqual([true, false, true]);
  });

  test("make a cold start in a full house by ending an idle one", async () => {
    const { lambda } = await openLambda({ sleeper }, { maxEnvironments: 1 });
    const first = pidOf(await lambda.invoke("sleeper", {}));
    const second = pidOf(await lambda.invoke("sleeper", {}, { fresh: true }));
    expect(second).not.toBe(first);
    expect(isAlive(first)).toBe(false);
  });

  test("are as many as allowed and no more under fifty events at once, each event answered once", async () => {
    const { lambda, records } = await openLambda({ sleeper }, { maxEnvironments: 3 });
    const invoked = await Promise.all(Array.from({ length: 50 }, (_, id) => lambda.invoke("sleeper", { id, ms: 5 })));
    expect(new Set(invoked.map(pidOf)).size).toBe(3);
    expect(invoked).toMatchObject(Array.from({ length: 50 }, (_, id) => ({ payload: { id } })));
    expect(records).toHaveLength(50);
  });

  test("give way to another function", async () => {
    const { lambda } = await openLambda({ one: sleeper, two: sleeper, three: sleeper }, { maxEnvironments: 1 });
    const pids = [];
    for (const name of ["one", "two", "three", "one"]) pids.push(pidOf(await lambda.invoke(name, {})));
    expect(new Set(pids).size).toBe(4);
    expect(pids.map(isAlive)).toEqual([false, false, false, true]);
  });

  test("take ten events of their own ahead of another function's older one, and no more", async () => {
    const { lambda, records } = await openLambda({ busy: sleeper, rare: sleeper }, { maxEnvironments: 1 });
    const first = lambda.invoke("busy", {});
    const rare = lambda.invoke("rare", {});
    await Promise.all([first, rare, ...Array.from({ length: 20 }, () => lambda.invoke("busy", {}))]);
    expect(records.findIndex((record) => record.functionName === "rare")).toBe(11);
  });

  test("count the timeout from taking the event, not from queueing", async () => {
    const { lambda } = await openLambda({ sleeper }, { maxEnvironments: 1, each: { timeoutMs: 1500 } });
    const invoked = await Promise.all([1, 2, 3, 4].map((id) => lambda.invoke("sleeper", { id, ms: 500 })));
    expect(invoked.map((one) => one.kind)).toEqual(["answer", "answer", "answer", "answer"]);
  });

  test("end with the runner: the idle, the busy and the one that holds on", async () => {
    const { lambda } = await openLambda(
      {
        sleeper,
        stubborn: 'process.on("SIGTERM", () => {}); export const handler = async () => ({ pid: process.pid });',
      },
      { maxEnvironments: 3 },
    );
    const idle = pidOf(await lambda.invoke("sleeper", {}));
    const stubborn = pidOf(await lambda.invoke("stubborn", {}));
    const busy = lambda.invoke("sleeper", { ms: 60_000 });
    await lambda.invoke("stubborn", {});
    await lambda.stop();
    expect(await busy).toMatchObject({ kind: "error", errorType: "Runtime.ExitError" });
    expect([idle, stubborn].map(isAlive)).toEqual([false, false]);
  });
});
