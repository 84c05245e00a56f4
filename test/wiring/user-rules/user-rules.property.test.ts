import {
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { startUserPool } from "../../../lib/local/user-pool/index.ts";
import type { Finding } from "../../../lib/wiring/preflight.ts";
import type { AnsweredUser } from "../../../lib/wiring/user-rules/answered-user.ts";
import { checkUser } from "../../../lib/wiring/user-rules/user-rules.ts";
import { outcome, type PoolInput, sdkFor } from "../../local/user-pool/support.ts";
import { answerOf, describePool } from "./trial.ts";

const names = ["ann", "Ann", "ann lee", "ann@example.org", "Ann@example.org", "+4917012", "+49 170 12"];
const naming = fc.constantFrom<PoolInput>(
  {},
  { AliasAttributes: ["email"] },
  { AliasAttributes: ["phone_number", "preferred_username"] },
  { UsernameAttributes: ["email"] },
  { UsernameAttributes: ["phone_number", "email"] },
);
const limit = fc.option(fc.integer({ min: 0, max: 4 }).map(String), { nil: undefined });
const pools = fc
  .record({
    naming,
    CaseSensitive: fc.boolean(),
    type: fc.constantFrom("String" as const, "Number" as const, "Boolean" as const, "DateTime" as const),
    required: fc.boolean(),
    low: limit,
    high: limit,
  })
  .map(({ naming, CaseSensitive, type, required, low, high }): PoolInput => {
    const x = { Name: "x", AttributeDataType: type, Mutable: true };
    const lengths = { StringAttributeConstraints: { MinLength: low, MaxLength: high } };
    const values = { NumberAttributeConstraints: { MinValue: low, MaxValue: high } };
    return {
      ...naming,
      UsernameConfiguration: { CaseSensitive },
      Schema: [
        { ...x, ...(type === "String" ? lengths : type === "Number" ? values : {}) },
        { Name: "family_name", Required: required },
      ],
    };
  });
// Mostly none, since one broken rule is enough to refuse a user.
const rarely = (...values: readonly string[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(...values) });
const users = fc
  .record({
    typed: fc.constantFrom(...names),
    username: rarely("ann", "u-7", "ann@example.org"),
    email: fc.constantFrom("ann@example.org", "ann@example.org", "bob@example.org", undefined),
    email_verified: fc.constantFrom("true", "false", undefined),
    phone_number: rarely("+4917012", "+4917012", "+49 170 12"),
    preferred_username: rarely("ann"),
    family_name: fc.constantFrom("Lee", "Lee", "", undefined),
    x: rarely("", "0", "3", "-7", "1.5", "true", "abcd", "1815-12-10"),
    other: rarely("y"),
  })
  .map(({ typed, username, x, other, ...standard }): AnsweredUser => {
    const given = Object.entries({ ...standard, "custom:x": x, "custom:other": other });
    const attributes = Object.fromEntries(
      given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    );
    return { typed, attributes, ...(username === undefined ? {} : { username }) };
  });

/** The one stop that lets the first sign-in through: an alias that was typed and is not verified. */
function movesOnce({ about, text }: Finding): boolean {
  return (about === "email" || about === "phone_number") && text.startsWith("It was typed, but is not verified");
}

test("stops exactly those users whom the simulator refuses", { timeout: 60_000 }, async () => {
  let response: object = {};
  const server = await startUserPool({
    invoke: async (_, event) => ({ kind: "answer", payload: { ...(event as object), response } }),
  });
  const sdk = sdkFor(server);
  onTestFinished(() => {
    sdk.destroy();
    return server.stop();
  });
  const verdicts = { moved: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(pools, users, async (input, user) => {
      response = answerOf(user);
      const { UserPool } = await sdk.send(
        new CreateUserPoolCommand({ PoolName: "any", LambdaConfig: { UserMigration: "any" }, ...input }),
      );
      const poolId = UserPool?.Id ?? "";
      const { UserPoolClient } = await sdk.send(
        new CreateUserPoolClientCommand({
          UserPoolId: poolId,
          ClientName: "any",
          ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
        }),
      );
      const stops = checkUser(await describePool({ sdk, poolId }), user).filter(
        (finding) => finding.level === "stop" && !movesOnce(finding),
      );
      const said = await outcome(() =>
        sdk.send(
          new InitiateAuthCommand({
            ClientId: UserPoolClient?.ClientId,
            AuthFlow: "USER_PASSWORD_AUTH",
            AuthParameters: { USERNAME: user.typed, PASSWORD: "the old password" },
          }),
        ),
      );
      verdicts[said === "ok" ? "moved" : "refused"] += 1;
      expect({ said, stopped: stops.length > 0 }).toEqual({ said, stopped: said !== "ok" });
    }),
    { numRuns: 250 },
  );
  // A property that only ever saw one of both would prove nothing.
  expect(verdicts.moved).toBeGreaterThan(10);
  expect(verdicts.refused).toBeGreaterThan(10);
});
