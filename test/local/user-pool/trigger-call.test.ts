import { describe, expect, it } from "vitest";
import { signUp } from "./people.ts";
import { emailPool, legacyAnn, openBench, strong, Unavailable } from "./support.ts";

const never = () => new Promise<undefined>(() => undefined);

describe("the calls of a trigger", () => {
  it("tries again when no answer came in time, and takes the answer of a later attempt", async () => {
    const bench = await openBench({
      pool: emailPool,
      options: { triggerTimeoutMs: 40 },
      triggers: { UserMigration: (event, attempt) => (attempt < 3 ? never() : legacyAnn(event, attempt)) },
    });
    expect(await bench.signIn("ann@example.com", "legacy pass")).toBe("tokens");
    expect(bench.seen).toHaveLength(3);
    expect(new Set(bench.seen.map((each) => JSON.stringify(each))).size).toBe(1);
  });

  it("gives up after three attempts", async () => {
    const bench = await openBench({
      pool: emailPool,
      options: { triggerTimeoutMs: 20 },
      triggers: { UserMigration: never, PreSignUp: never },
    });
    expect(await bench.signIn("ann@example.com", "x")).toContain("Exception migrating user in app client");
    expect(bench.seen).toHaveLength(3);
    expect(await signUp(bench, "bob@example.com", strong)).toBe(
      "UnexpectedLambdaException: PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.",
    );
    expect(bench.seen).toHaveLength(6);
  });

  it("does not try again after an error, or when the function cannot be called", async () => {
    const bench = await openBench({
      pool: emailPool,
      triggers: {
        PreSignUp: () => {
          throw new Error("no");
        },
      },
    });
    expect(await signUp(bench, "ann@example.com", strong)).toBe(
      "UserLambdaValidationException: PreSignUp failed with error no.",
    );
    expect(bench.seen).toHaveLength(1);

    const throttled = await openBench({
      pool: emailPool,
      triggers: {
        PreSignUp: () => {
          throw new Unavailable("TooManyRequestsException");
        },
      },
    });
    expect(await signUp(throttled, "ann@example.com", strong)).toBe(
      "UnexpectedLambdaException: PreSignUp invocation failed due to error TooManyRequestsException.",
    );
    expect(throttled.seen).toHaveLength(1);
  });

  it("lets an attempt that was given up go on, and uses nothing of it", async () => {
    let finish: (response: object) => void = () => undefined;
    const bench = await openBench({
      pool: emailPool,
      options: { triggerTimeoutMs: 30 },
      triggers: {
        UserMigration: (event, attempt) =>
          attempt === 1
            ? new Promise<object>((resolve) => {
                finish = resolve;
              })
            : legacyAnn(event, attempt),
      },
    });
    expect(await bench.signIn("ann@example.com", "wrong")).toContain("User does not exist.");
    finish({ userAttributes: { email: "ann@example.com" }, finalUserStatus: "CONFIRMED" });
    await expect
      .poll(() => bench.told.some((each) => each.kind === "trigger-answered" && each.result === "late"))
      .toBe(true);
    expect(bench.told.some((each) => each.kind === "user-created")).toBe(false);
  });

  it("are not made any more once the server is stopped", async () => {
    const bench = await openBench({
      pool: emailPool,
      options: { triggerTimeoutMs: 30 },
      triggers: {
        UserMigration: async () => {
          await bench.server.stop();
          return never();
        },
      },
    });
    expect(await bench.signIn("ann@example.com", "x")).not.toBe("tokens");
    await expect.poll(() => bench.told.at(-1)).toMatchObject({ kind: "request", error: "UserNotFoundException" });
    expect(bench.seen).toHaveLength(1);
  });

  it("refuses an answer that is not the event", async () => {
    const bench = await openBench({
      pool: { ...emailPool, LambdaConfig: { PreSignUp: "f" } },
      options: { invoke: async () => ({ kind: "answer", payload: "fine" }) },
    });
    expect(await signUp(bench, "ann@example.com", strong)).toBe(
      "InvalidLambdaResponseException: Unrecognizable lambda output",
    );
  });

  it("gives each attempt an event of its own", async () => {
    const bench = await openBench({
      pool: emailPool,
      options: { triggerTimeoutMs: 30 },
      triggers: {
        UserMigration: (event, attempt) => {
          if (attempt > 1) return legacyAnn(event, attempt);
          Object.assign(event, { userName: "eve@example.com" });
          return never();
        },
      },
    });
    expect(await bench.signIn("ann@example.com", "legacy pass")).toBe("tokens");
    expect(bench.seen[1]?.userName).toBe("ann@example.com");
  });

  it("tells watchers each step and never a password, a code or an address", async () => {
    const bench = await openBench({ pool: emailPool, triggers: { UserMigration: legacyAnn } });
    await bench.signIn("ann@example.com", "legacy pass");
    const told = JSON.stringify(bench.told);
    expect(told).toContain("UserMigration_Authentication");
    expect(told).not.toContain("legacy pass");
    expect(told).not.toContain("ann@example.com");
  });
});
