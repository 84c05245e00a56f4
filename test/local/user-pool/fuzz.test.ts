import fc from "fast-check";
import { expect, it } from "vitest";
import { actions } from "../../../lib/local/user-pool/actions/index.ts";
import { addUser } from "./people.ts";
import { openBench, strong } from "./support.ts";

it("answers any input of any action with a result or a named error, never with a defect of its own", async () => {
  const bench = await openBench();
  await addUser(bench, "ann", strong, { email: "ann@example.com", email_verified: "true" });
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom("ann", "__proto__", "constructor", "email", ""),
  );
  const pairs = fc.array(fc.record({ Name: anything, Value: anything }, { requiredKeys: [] }), { maxLength: 3 });
  const maps = fc.dictionary(
    fc.constantFrom("USERNAME", "PASSWORD", "NEW_PASSWORD", "REFRESH_TOKEN", "__proto__"),
    anything,
  );
  const pools = fc.oneof(
    { weight: 4, arbitrary: fc.constant<unknown>(bench.poolId) },
    { weight: 1, arbitrary: anything },
  );
  const clients = fc.oneof(
    { weight: 4, arbitrary: fc.constant<unknown>(bench.clientId) },
    { weight: 1, arbitrary: anything },
  );
  const flows = fc.oneof(
    fc.constantFrom("USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", "ADMIN_USER_PASSWORD_AUTH"),
    anything,
  );
  const body = fc.record(
    {
      UserPoolId: pools,
      ClientId: clients,
      Username: anything,
      Password: anything,
      TemporaryPassword: anything,
      ConfirmationCode: anything,
      AccessToken: anything,
      AuthFlow: flows,
      AuthParameters: fc.oneof(maps, anything),
      ChallengeName: fc.oneof(fc.constant("NEW_PASSWORD_REQUIRED"), anything),
      ChallengeResponses: fc.oneof(maps, anything),
      Session: anything,
      UserAttributes: fc.oneof(pairs, anything),
      ValidationData: fc.oneof(pairs, anything),
      ClientMetadata: fc.oneof(maps, anything),
      Filter: fc.oneof(anything, fc.constant('username = "ann"')),
      PaginationToken: anything,
      Limit: anything,
      PoolName: anything,
      ClientName: anything,
      Schema: fc.oneof(pairs, anything),
      CustomAttributes: fc.oneof(pairs, anything),
      LambdaConfig: anything,
      Policies: anything,
      TokenValidityUnits: anything,
      AccountRecoverySetting: anything,
      MessageAction: anything,
      GroupName: anything,
      Precedence: anything,
      ProviderName: anything,
      ProviderType: fc.oneof(fc.constant("OIDC"), anything),
      DestinationUser: fc.oneof(fc.constant({ ProviderName: "Cognito", ProviderAttributeValue: "ann" }), anything),
      SourceUser: anything,
      JobName: anything,
      JobId: anything,
      CloudWatchLogsRoleArn: fc.oneof(fc.constant("arn:aws:iam::000000000000:role/log"), anything),
      PasswordHashingAlgorithm: fc.oneof(fc.constant("BCRYPT"), anything),
      MaxResults: anything,
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...actions.keys()), body, async (action, input) => {
      // The pool must last for the whole run.
      if (action === "DeleteUserPool" || action === "DeleteUserPoolClient") return;
      const response = await fetch(bench.server.endpoint, {
        method: "POST",
        headers: { "x-amz-target": `AWSCognitoIdentityProviderService.${action}` },
        body: JSON.stringify(input),
      });
      expect([action, response.status, await response.text()]).not.toContain(500);
    }),
    { numRuns: 1500 },
  );
});
