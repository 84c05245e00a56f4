import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultSentence, type Job, serve } from "../../lib/aws/lambda.ts";
import type { Deadline } from "../../lib/core/deadline.ts";
import { MigrationError } from "../../lib/core/errors.ts";
import type { Decision, Outcome } from "../../lib/core/outcome.ts";
import { cognitoPostAuthentication } from "../../lib/hooks/cognito-post-authentication.ts";
import { cognitoPreSignUp } from "../../lib/hooks/cognito-pre-sign-up.ts";
import { cognitoUserMigration } from "../../lib/hooks/cognito-user-migration.ts";
import { captureStdout } from "../support/stdout.ts";

const context = (remainingMs = 5000) => ({ awsRequestId: "request-1", getRemainingTimeInMillis: () => remainingMs });

const anEvent = (triggerSource: string, request: object = {}) => ({
  version: "1",
  triggerSource,
  userPoolId: "us-east-1_TEST",
  userName: "ann",
  request,
  response: {},
});
const signInEvent = anEvent("UserMigration_Authentication", { password: "pass-canary" });

/** A job that answers what it is told, and notes the deadlines that it gets. */
function aJob(answer: (deadline: Deadline) => Outcome | Promise<Outcome>, overrides: Partial<Job> = {}) {
  const leftMs: number[] = [];
  const job: Job = {
    onFault: "stop",
    limitMs: 4000,
    answer: async (_request, deadline) => {
      leftMs.push(deadline.leftMs());
      return answer(deadline);
    },
    ...overrides,
  };
  return { job, leftMs };
}

const refuse = (): Decision => ({ kind: "denied", reason: "unknown-user" });
const fail = (error: unknown) => () => {
  throw error;
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the deadline of an event", () => {
  it.each([
    ["Lambda's remaining time less 300 ms", 0, 2000, 1700],
    ["the job's limit", 0, 6000, 4000],
    ["the job's limit less what init took", 900, 6000, 3100],
    ["Lambda's remaining time, which does not count init", 900, 2000, 1700],
    ["nothing, where no time is left", 0, 200, 0],
  ])("is %s", async (_, initMs, remainingMs, expected) => {
    captureStdout();
    vi.spyOn(performance, "now").mockReturnValue(initMs);
    const { job, leftMs } = aJob(refuse);
    await serve(cognitoUserMigration, job)(signInEvent, context(remainingMs));
    expect(leftMs).toEqual([expected]);
  });

  it("counts init at the first event of an environment alone", async () => {
    captureStdout();
    vi.spyOn(performance, "now").mockReturnValue(900);
    const { job, leftMs } = aJob(refuse);
    const handler = serve(cognitoUserMigration, job);
    for (let event = 0; event < 3; event++) await handler(signInEvent, context());
    expect(leftMs).toEqual([3100, 4000, 4000]);
  });

  it("ends an event that takes longer with the fault's sentence", async () => {
    const { lines } = captureStdout();
    const { job } = aJob(
      (deadline) =>
        sleep(5000, refuse(), { signal: deadline.signal }).catch(() => {
          throw deadline.signal.reason;
        }),
      { limitMs: performance.now() + 60 },
    );
    await expect(serve(cognitoUserMigration, job)(signInEvent, context())).rejects.toThrow(faultSentence);
    expect(lines()).toMatchObject([{ level: "ERROR", outcome: "fault", code: "DEADLINE_EXCEEDED" }]);
  });

  it("aborts nothing after the answer", async () => {
    captureStdout();
    let signal: AbortSignal | undefined;
    const { job } = aJob(
      (deadline) => {
        signal = deadline.signal;
        return refuse();
      },
      { limitMs: performance.now() + 30 },
    );
    await serve(cognitoUserMigration, job)(signInEvent, context());
    await sleep(50);
    expect(signal?.aborted).toBe(false);
  });
});

describe("faults", () => {
  const faults = [
    ["a fault of the project's own", new MigrationError("SOURCE_UNAVAILABLE", "shop: connection refused")],
    ["an error that nobody thought of", new TypeError("x is not a function: pass-canary")],
    ["a thrown text", "pass-canary"],
    ["a thrown undefined", undefined],
    [
      "an error whose cause quotes the password",
      new MigrationError("LEDGER_UNAVAILABLE", "down", { cause: new Error("pass-canary") }),
    ],
    [
      "an error with a telling name and code",
      Object.assign(new Error("x"), { name: "bad pass-canary", code: "for pass-canary" }),
    ],
  ] as const;

  it.each(faults)("stop the event with one sentence, whatever they are: %s", async (_, error) => {
    const stdout = captureStdout();
    const handler = serve(cognitoUserMigration, aJob(fail(error)).job);
    const thrown = await handler(signInEvent, context()).catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown).toMatchObject({ message: faultSentence });
    expect(thrown).not.toHaveProperty("cause");
    expect(stdout.lines()).toMatchObject([{ outcome: "fault", request: "sign-in", requestId: "request-1" }]);
    expect(stdout.text()).not.toContain("canary");
  });

  it.each(faults)("let bookkeeping pass, and are logged: %s", async (_, error) => {
    const stdout = captureStdout();
    const event = anEvent("PostAuthentication_Authentication", { userAttributes: {} });
    const handler = serve(cognitoPostAuthentication, aJob(fail(error), { onFault: "pass" }).job);
    expect(await handler(event, context())).toEqual(event);
    expect(stdout.lines()).toMatchObject([{ level: "ERROR", outcome: "fault", request: "completed" }]);
  });

  it("are told by code, message and the names of their causes", async () => {
    const stdout = captureStdout();
    const cause = Object.assign(new Error("ann@example.com"), { code: "ECONNREFUSED" });
    const error = new MigrationError("SOURCE_UNAVAILABLE", "shop: connection refused", { cause });
    await serve(cognitoUserMigration, aJob(fail(error)).job)(signInEvent, context()).catch(() => undefined);
    expect(stdout.lines()).toMatchObject([
      {
        code: "SOURCE_UNAVAILABLE",
        message: "shop: connection refused",
        causes: ["MigrationError SOURCE_UNAVAILABLE", "Error ECONNREFUSED"],
      },
    ]);
    expect(stdout.text()).not.toContain("ann@");
  });

  it.each<readonly [string, unknown]>([
    ["no event", undefined],
    ["an event without a password", anEvent("UserMigration_Authentication")],
    ["a password that is an object", anEvent("UserMigration_Authentication", { password: { $ne: "pass-canary" } })],
    ["an event of another trigger", { ...signInEvent, triggerSource: "pass-canary" }],
  ])("stop %s before any work", async (_, event) => {
    const stdout = captureStdout();
    const { job, leftMs } = aJob(refuse);
    await expect(serve(cognitoUserMigration, job)(event, context())).rejects.toThrow(faultSentence);
    expect(leftMs).toEqual([]);
    expect(stdout.lines()).toMatchObject([{ outcome: "fault", code: "EVENT_INVALID" }]);
    expect(stdout.text()).not.toContain("canary");
  });
});

describe("refusals", () => {
  it("go out as the hook words them: an empty response in the migration trigger", async () => {
    const stdout = captureStdout();
    expect(await serve(cognitoUserMigration, aJob(refuse).job)(signInEvent, context())).toEqual({
      ...signInEvent,
      response: {},
    });
    expect(stdout.lines()).toMatchObject([{ level: "INFO", outcome: "denied", reason: "unknown-user" }]);
  });

  it("go out as one sentence where a trigger can only say no by an error", async () => {
    const stdout = captureStdout();
    const handler = serve(cognitoPreSignUp, aJob(() => ({ kind: "denied", reason: "taken" })).job);
    await expect(handler(anEvent("PreSignUp_SignUp"), context())).rejects.toMatchObject({ name: "Refusal" });
    expect(stdout.lines()).toMatchObject([{ outcome: "denied", reason: "taken" }]);
  });

  it("name the fault of a record by its code alone", async () => {
    const stdout = captureStdout();
    const job = aJob(() => ({ kind: "denied", reason: "unusable-record", code: "HASH_DAMAGED" })).job;
    await serve(cognitoUserMigration, job)(signInEvent, context());
    expect(stdout.lines()).toMatchObject([{ outcome: "denied", reason: "unusable-record", code: "HASH_DAMAGED" }]);
  });
});

describe("a shadow run", () => {
  const verified = (): Decision => ({
    kind: "verified",
    user: { id: "7", source: "shop", username: "ann", enabled: true, attributes: { email: "ann@example.com" } },
    platformUsername: "ann",
    legacyKey: "7",
    byAlias: false,
    weak: false,
  });

  it("answers as a refusal does, whatever would have been, and tells what would have been", async () => {
    const stdout = captureStdout();
    const answers = [];
    for (const would of [verified(), refuse()]) {
      answers.push(
        await serve(cognitoUserMigration, aJob(() => ({ kind: "shadowed", would })).job)(signInEvent, context()),
      );
    }
    expect(answers).toEqual(answers.map(() => ({ ...signInEvent, response: {} })));
    expect(stdout.lines()).toMatchObject([
      { level: "INFO", outcome: "shadowed", would: "verified", source: "shop" },
      { level: "INFO", outcome: "shadowed", would: "denied", reason: "unknown-user" },
    ]);
    expect(stdout.text()).not.toMatch(/ann|"7"/);
  });

  it("warns of an event that could not be written down, by the code of the fault", async () => {
    const stdout = captureStdout();
    const would = { kind: "denied", reason: "unusable-record", code: "HASH_UNKNOWN" } as const;
    const job = aJob(() => ({ kind: "shadowed", would, unrecorded: "LEDGER_UNAVAILABLE" })).job;
    await serve(cognitoUserMigration, job)(signInEvent, context());
    expect(stdout.lines()).toMatchObject([
      { level: "WARN", outcome: "shadowed", code: "HASH_UNKNOWN", unrecorded: "LEDGER_UNAVAILABLE" },
    ]);
  });
});

describe("the log", () => {
  it("has one line an event, of known fields alone", async () => {
    const stdout = captureStdout();
    await serve(cognitoUserMigration, aJob(refuse).job)(signInEvent, context());
    const [line, ...more] = stdout.lines();
    expect(more).toEqual([]);
    expect(Object.keys(line ?? {}).sort()).toEqual([
      "level",
      "ms",
      "outcome",
      "platform",
      "reason",
      "request",
      "requestId",
      "time",
    ]);
  });
});
