import { describe, expect, it } from "vitest";
import { faultSentence, type Job, serve } from "../../lib/aws/lambda.ts";
import { MigrationError } from "../../lib/core/errors.ts";
import type { LegacySource } from "../../lib/core/ports.ts";
import { lookUp, signIn } from "../../lib/core/sign-in.ts";
import type { LegacyUser } from "../../lib/core/user.ts";
import { cognitoUserMigration } from "../../lib/hooks/cognito-user-migration.ts";
import { custom } from "../../lib/sources/custom.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { aSource } from "../support/legacy-source.ts";
import { aLegacyUser, annsPassword, storedHash } from "../support/legacy-user.ts";
import { signInServices } from "../support/services.ts";
import { captureStdout } from "../support/stdout.ts";

const context = { awsRequestId: "request-1", getRemainingTimeInMillis: () => 5000 };
const theHash = storedHash(annsPassword);
const personal = ["canary", "Correct horse", "ann@", theHash.slice(-20), "pbkdf2_sha256"];

/** The migration trigger from event to answer, with all that it writes to the log and to the ledger. */
async function aTrigger(store: readonly LegacyUser[] | LegacySource = [aLegacyUser()]) {
  const bench = await anEmbeddedLedger();
  const services = signInServices({ ledger: bench.ledger, sources: ["name" in store ? store : aSource(store).source] });
  const job: Job = {
    onFault: "stop",
    limitMs: performance.now() + 20_000,
    answer: async (request, deadline) => {
      if (request.kind === "sign-in") return signIn(request, services, deadline);
      if (request.kind === "look-up") return lookUp(request, services, deadline);
      throw new Error(request.kind);
    },
  };
  const handler = serve(cognitoUserMigration, job);
  const stdout = captureStdout();
  return {
    ...bench,
    stdout,
    call: (overrides: object = {}, request: object = { password: annsPassword }) => {
      const event = {
        version: "1",
        triggerSource: "UserMigration_Authentication",
        userPoolId: "us-east-1_TEST",
        userName: "ann",
        request,
        response: { userAttributes: null },
        ...overrides,
      };
      return handler(event, context).then(
        (answer) => ({ event, answer }),
        (error: unknown) => ({ event, error }),
      );
    },
  };
}

function expectNothingPersonal(text: string): void {
  for (const one of personal) expect(text).not.toContain(one);
}

describe("a refusal", () => {
  const damaged = (encoded: string) => [aLegacyUser({ password: { encoded } })];
  const twins = custom({
    lookups: ["username"],
    find: () => {
      throw new MigrationError("RECORD_AMBIGUOUS", "custom: 2 rows for one username");
    },
  });

  it.each<readonly [string, readonly LegacyUser[] | LegacySource, object, object]>([
    ["an unknown user", [], {}, {}],
    ["a wrong password", [aLegacyUser()], {}, { password: "canary" }],
    ["a disabled user", [aLegacyUser({ enabled: false })], {}, {}],
    ["an empty password", [aLegacyUser()], {}, { password: "" }],
    ["a password of 256 characters", [aLegacyUser()], {}, { password: "canary-€".repeat(32) }],
    ["a password of 1,024 characters and more bytes", [aLegacyUser()], {}, { password: "canaryéé".repeat(128) }],
    ["a password of 10 MB", [aLegacyUser()], {}, { password: "canary-xyz".repeat(1_000_000) }],
    ["a password with NUL bytes", [aLegacyUser()], {}, { password: `${annsPassword}\u0000canary` }],
    ["a password with a lone surrogate", [aLegacyUser()], {}, { password: "canary\ud800" }],
    ["SQL in the user name", [aLegacyUser()], { userName: "canary' or '1'='1' --" }, {}],
    ["a user name with a line feed", [aLegacyUser()], { userName: 'ann\n{"level":"INFO","canary":1}' }, {}],
    ["a user name of 4,000 characters", [aLegacyUser()], { userName: "canary".repeat(660) }, {}],
    ["a user name called __proto__", [aLegacyUser()], { userName: "__proto__" }, {}],
    ["a damaged hash", damaged(`${theHash.slice(0, -10)}`), {}, {}],
    ["a hash of no known format", damaged("{canary}abc"), {}, {}],
    ["a hash of absurd cost", damaged("pbkdf2_sha256$9999999999$canary$x"), {}, {}],
    ["a hash that is null", damaged(null as never), {}, {}],
    ["two legacy rows for one identifier", twins, {}, {}],
    ["a forgotten password of nobody", [], { triggerSource: "UserMigration_ForgotPassword" }, { password: undefined }],
  ])("is the event with an empty response for %s; nothing is written or told", async (_, store, overrides, request) => {
    const { call, items, stdout } = await aTrigger(store);
    const { event, ...outcome } = await call(overrides, { password: annsPassword, ...request });
    expect(outcome).toEqual({ answer: { ...event, response: {} } });
    expect(await items()).toEqual([]);
    expect(stdout.lines()).toHaveLength(1);
    expect(stdout.lines()).toMatchObject([{ level: "INFO", outcome: "denied" }]);
    expectNothingPersonal(stdout.text());
  });
});

describe("a fault", () => {
  it.each<readonly [string, object, object]>([
    ["no password at all", {}, {}],
    ["a password that is an object", {}, { password: { $ne: "canary" } }],
    ["a user name that is a list", { userName: ["canary"] }, {}],
    ["a request that is null", { request: null }, {}],
    ["no response object", { response: undefined }, {}],
    ["another trigger's event", { triggerSource: "PreSignUp_SignUp" }, {}],
    ["another version", { version: "canary" }, {}],
  ])("is one sentence for an event with %s; nothing is written or told", async (_, overrides, request) => {
    const { call, items, stdout } = await aTrigger();
    expect(await call(overrides, request)).toMatchObject({ error: { message: faultSentence } });
    expect(await items()).toEqual([]);
    expect(stdout.lines()).toMatchObject([{ level: "ERROR", code: "EVENT_INVALID" }]);
    expectNothingPersonal(stdout.text());
  });

  it("of the store is one sentence, and tells nothing of what the store said", async () => {
    const failing = custom({
      lookups: ["username"],
      find: (by) => {
        throw new Error(`no connection for ${by.typed} ann@example.com with ${theHash} canary`);
      },
    });
    const { call, items, stdout } = await aTrigger(failing);
    expect(await call()).toMatchObject({ error: { message: faultSentence } });
    expect(await items()).toEqual([]);
    expect(stdout.lines()).toMatchObject([
      { code: "SOURCE_UNAVAILABLE", causes: ["MigrationError SOURCE_UNAVAILABLE", "Error"] },
    ]);
    expectNothingPersonal(stdout.text());
  });

  it("of the ledger is one sentence, and the retry works", async () => {
    const { call, local, stdout, rows } = await aTrigger();
    local.faults.queue("TransactWriteItems", {
      kind: "error",
      status: 400,
      type: "AccessDeniedException",
      message: "canary",
    });
    expect(await call()).toMatchObject({ error: { message: faultSentence } });
    expect(await rows()).toEqual([]);
    expect(await call()).toMatchObject({ answer: { response: { finalUserStatus: "CONFIRMED" } } });
    expectNothingPersonal(stdout.text());
  });
});

describe("a right password", () => {
  it("is answered with attributes for the pool, and none of it is told", async () => {
    const { call, stdout, items } = await aTrigger();
    expect(await call({ userName: "ANN@example.com" })).toMatchObject({
      answer: {
        response: {
          userAttributes: {
            username: "ann",
            email: "ann@example.com",
            email_verified: "true",
            "custom:legacy_id": "1",
          },
          finalUserStatus: "CONFIRMED",
          messageAction: "SUPPRESS",
          forceAliasCreation: false,
        },
      },
    });
    expect(stdout.lines()).toMatchObject([{ outcome: "verified", source: "custom" }]);
    expectNothingPersonal(stdout.text());
    expect(JSON.stringify(await items())).not.toContain(theHash.slice(-20));
  });
});
