import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startUserPool, type UserPoolServer } from "../../lib/local/user-pool/index.ts";
import { type CognitoSettings, cognito } from "../../lib/sources/cognito.ts";
import { describeMark } from "../contracts/source-mark.ts";
import { aDouble } from "./http-double.ts";

const soon = () => AbortSignal.timeout(10_000);

// AWS's real client against the user pool simulator.
describe("marks of cognito", () => {
  let server: UserPoolServer;
  let sdk: CognitoIdentityProviderClient;
  let userPoolId = "";
  let adaId = "";
  const before = { ...process.env };

  beforeAll(async () => {
    server = await startUserPool({ invoke: () => Promise.reject(new Error("no trigger here")) });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: server.endpoint,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    });
    sdk = new CognitoIdentityProviderClient({ region: server.region, endpoint: server.endpoint });
    const Schema = [{ Name: "moved_at", AttributeDataType: "String", Mutable: true } as const];
    const { UserPool } = await sdk.send(new CreateUserPoolCommand({ PoolName: "old", Schema }));
    userPoolId = UserPool?.Id ?? "";
    for (const Username of ["grace", "ada"]) {
      const user = { UserPoolId: userPoolId, Username, MessageAction: "SUPPRESS" } as const;
      const { User } = await sdk.send(new AdminCreateUserCommand(user));
      adaId = User?.Attributes?.find(({ Name }) => Name === "sub")?.Value ?? "";
    }
  });
  afterAll(async () => {
    process.env = before;
    sdk.destroy();
    await server.stop();
  });

  const settings = (mark = "custom:moved_at"): CognitoSettings => ({ userPoolId, clientId: "none", mark });

  describeMark("cognito", () => ({
    open: () => cognito(settings()),
    known: adaId,
    marks: async () => {
      const { Users = [] } = await sdk.send(new ListUsersCommand({ UserPoolId: userPoolId }));
      const attributes = Users.map((user) =>
        Object.fromEntries((user.Attributes ?? []).map(({ Name, Value }) => [Name, Value])),
      );
      const marked = attributes.filter((one) => one["custom:moved_at"] !== undefined);
      return Object.fromEntries(marked.map(({ sub, "custom:moved_at": at }) => [sub, at]));
    },
    written: (at) => at.toISOString(),
    openBroken: () => cognito({ ...settings(), userPoolId: "eu-west-1_absent000" }),
    stall: async () => {
      const double = await aDouble(() => "silence");
      process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER = double.url;
      onTestFinished(() => {
        process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER = server.endpoint;
      });
      return { source: cognito(settings()), open: double.open };
    },
  }));

  test("says which call fails where the pool has no such attribute, and marks only when told to", async () => {
    const source = cognito(settings("custom:elsewhere"));
    await expect(source.mark?.(adaId, new Date(), soon())).rejects.toMatchObject({
      code: "SOURCE_UNAVAILABLE",
      message: expect.stringContaining("AdminUpdateUserAttributes"),
    });
    expect(cognito({ userPoolId, clientId: "none" }).mark).toBeUndefined();
  });
});
