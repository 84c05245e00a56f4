import {
  AdminDisableUserCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserPasswordCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import { addUser } from "./people.ts";
import { emailPool, legacyAnn, openBench, strong, type Trigger, wrong } from "./support.ts";

const hides = { PreventUserExistenceErrors: "ENABLED" } as const;
const quiet: Trigger = () => undefined;
const refusing: Trigger = () => {
  throw new Error("closed");
};

describe("the authentication triggers", () => {
  it("run before and after the password check, with the user's attributes", async () => {
    const bench = await openBench({ triggers: { PreAuthentication: quiet, PostAuthentication: quiet } });
    await addUser(bench, "ann", strong, { email: "ann@example.com" });
    expect(await bench.signIn("ann", "wrong")).toBe(wrong);
    expect(await bench.signIn("ann", strong)).toBe("tokens");
    expect(bench.seen.map((each) => each.triggerSource)).toEqual([
      "PreAuthentication_Authentication",
      "PreAuthentication_Authentication",
      "PostAuthentication_Authentication",
    ]);
    const userAttributes = {
      sub: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "cognito:user_status": "CONFIRMED",
      email: "ann@example.com",
      email_verified: "false",
    };
    expect(bench.seen[1]?.request).toEqual({ userAttributes, validationData: null });
    expect(bench.seen[2]?.request).toEqual({ userAttributes, newDeviceUsed: false });
    expect(JSON.stringify(bench.seen)).not.toContain(strong);
  });

  it("keep the tokens back when they refuse", async () => {
    const before = await openBench({ triggers: { PreAuthentication: refusing } });
    await addUser(before, "ann", strong);
    expect(await before.signIn("ann", "wrong")).toBe(
      "UserLambdaValidationException: PreAuthentication failed with error closed.",
    );
    const after = await openBench({ triggers: { PostAuthentication: refusing } });
    await addUser(after, "ann", strong);
    expect(await after.signIn("ann", strong)).toBe(
      "UserLambdaValidationException: PostAuthentication failed with error closed.",
    );
  });

  it.each([
    ["after-migration", ["UserMigration_Authentication", "PreAuthentication_Authentication"]],
    ["before-migration", ["PreAuthentication_Authentication", "UserMigration_Authentication"]],
    ["never", ["UserMigration_Authentication"]],
  ] as const)(
    "run for an unknown user %s, with userNotFound, when unknown users are hidden",
    async (order, sources) => {
      const bench = await openBench({
        pool: emailPool,
        client: hides,
        options: { preAuthenticationOfUnknown: order },
        triggers: { UserMigration: legacyAnn, PreAuthentication: quiet },
      });
      expect(await bench.signIn("nobody@example.com", "x")).toBe(wrong);
      expect(bench.seen.map((each) => each.triggerSource)).toEqual(sources);
      const gate = bench.seen.find((each) => each.triggerSource.startsWith("PreAuthentication"));
      if (order !== "never") {
        expect(gate?.request).toEqual({ userAttributes: {}, validationData: null, userNotFound: true });
      }
    },
  );

  it("do not run for an unknown user otherwise", async () => {
    const bench = await openBench({ pool: emailPool, triggers: { PreAuthentication: quiet } });
    expect(await bench.signIn("nobody@example.com", "x")).toContain("UserNotFoundException");
    expect(bench.seen).toEqual([]);
  });
});

describe("a sign-in", () => {
  it("tells a disabled user so, to a hiding client only after the right password", async () => {
    const triggers = { PostAuthentication: quiet };
    const open = await openBench({ triggers });
    const hidden = await openBench({ client: hides, triggers });
    for (const bench of [open, hidden]) {
      await addUser(bench, "ann", strong);
      await bench.sdk.send(new AdminDisableUserCommand({ UserPoolId: bench.poolId, Username: "ann" }));
      expect(await bench.signIn("ann", strong)).toBe("NotAuthorizedException: User is disabled.");
    }
    expect(await open.signIn("ann", "wrong")).toBe("NotAuthorizedException: User is disabled.");
    expect(await hidden.signIn("ann", "wrong")).toBe(wrong);
    expect([...open.seen, ...hidden.seen]).toEqual([]);
  });

  it("asks for a reset after an administrator's reset, which a hiding client is not told", async () => {
    const open = await openBench({ pool: emailPool });
    const hidden = await openBench({ pool: emailPool, client: hides });
    for (const bench of [open, hidden]) {
      await addUser(bench, "ann@example.com", strong, { email_verified: "true" });
      await bench.sdk.send(
        new AdminResetUserPasswordCommand({ UserPoolId: bench.poolId, Username: "ann@example.com" }),
      );
      expect(bench.codes.at(-1)?.purpose).toBe("forgotten-password");
    }
    expect(await open.signIn("ann@example.com", strong)).toContain("PasswordResetRequiredException");
    expect(await hidden.signIn("ann@example.com", strong)).toBe(wrong);
  });

  it("refuses a temporary password after its days", async () => {
    let time = Date.parse("2026-01-01T00:00:00Z");
    const bench = await openBench({ options: { now: () => new Date(time) } });
    await addUser(bench, "ann", strong);
    await bench.sdk.send(
      new AdminSetUserPasswordCommand({ UserPoolId: bench.poolId, Username: "ann", Password: "Temporary-1" }),
    );
    expect(await bench.signIn("ann", "Temporary-1")).toBe("NEW_PASSWORD_REQUIRED");
    time += 7 * 86_400_000;
    expect(await bench.signIn("ann", "Temporary-1")).toContain("Temporary password has expired");
  });
});

describe("the lock-out", () => {
  it("locks for a second after five wrong passwords, doubles, and does not count tries meanwhile", async () => {
    let time = Date.parse("2026-01-01T00:00:00Z");
    const bench = await openBench({ options: { now: () => new Date(time) } });
    await addUser(bench, "ann", strong);
    await addUser(bench, "bob", strong);
    const locked = "NotAuthorizedException: Password attempts exceeded";
    for (let attempt = 1; attempt <= 5; attempt += 1) expect(await bench.signIn("ann", "wrong")).toBe(wrong);
    expect(await bench.signIn("ann", strong)).toBe(locked);
    expect(await bench.signIn("bob", strong)).toBe("tokens");
    time += 1000;
    expect(await bench.signIn("ann", "wrong")).toBe(wrong);
    time += 1999;
    expect(await bench.signIn("ann", strong)).toBe(locked);
    time += 1;
    expect(await bench.signIn("ann", strong)).toBe("tokens");
    expect(await bench.signIn("ann", "wrong")).toBe(wrong);
    expect(await bench.signIn("ann", strong)).toBe("tokens");
  });

  it("forgets after fifteen quiet minutes", async () => {
    let time = Date.parse("2026-01-01T00:00:00Z");
    const bench = await openBench({ options: { now: () => new Date(time) } });
    await addUser(bench, "ann", strong);
    for (let attempt = 1; attempt <= 5; attempt += 1) await bench.signIn("ann", "wrong");
    time += 15 * 60_000;
    expect(await bench.signIn("ann", "wrong")).toBe(wrong);
    expect(await bench.signIn("ann", strong)).toBe("tokens");
  });

  it("does not cover users who are still to be migrated", async () => {
    const bench = await openBench({ pool: emailPool, client: hides, triggers: { UserMigration: legacyAnn } });
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      expect(await bench.signIn("ann@example.com", "wrong")).toBe(wrong);
    }
    expect(await bench.signIn("ann@example.com", "legacy pass")).toBe("tokens");
  });
});
