import { createHash } from "node:crypto";
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { startUserPool, type UserPoolServer } from "../../lib/local/user-pool/index.ts";
import { type CognitoSettings, cognito } from "../../lib/sources/cognito.ts";
import { describeSource, named } from "../contracts/source.ts";
import { aDouble, aRotatedSecret, type Heard, type Told } from "./http-double.ts";

// AWS's real client against the user pool simulator. What the simulator does not have (second factors, roles) comes from
// a double that answers as the API reference says, its page beside each answer.
const password = "Adas-0ld-pässword";
const ada = named("username", "ada");
const soon = () => AbortSignal.timeout(10_000);

describe("cognito", () => {
  let server: UserPoolServer;
  let sdk: CognitoIdentityProviderClient;
  let pool: Pick<CognitoSettings, "userPoolId" | "clientId"> & { secretive: string; secret: string; adaId: string };
  const before = { ...process.env };

  beforeAll(async () => {
    server = await startUserPool({ invoke: () => Promise.reject(new Error("no trigger here")) });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: server.endpoint,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    });
    sdk = new CognitoIdentityProviderClient({ region: server.region, endpoint: server.endpoint });
    const { UserPool } = await sdk.send(
      new CreateUserPoolCommand({
        PoolName: "old",
        UsernameConfiguration: { CaseSensitive: true },
        Schema: [{ Name: "plan", AttributeDataType: "String" }],
      }),
    );
    const userPoolId = UserPool?.Id ?? "";
    const client = async (GenerateSecret: boolean) => {
      const ExplicitAuthFlows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] as const;
      const command = { UserPoolId: userPoolId, ClientName: "samekey", GenerateSecret };
      const made = await sdk.send(
        new CreateUserPoolClientCommand({ ...command, ExplicitAuthFlows: [...ExplicitAuthFlows] }),
      );
      return made.UserPoolClient;
    };
    const [open, secretive] = [await client(false), await client(true)];
    const phone = { Name: "phone_number", Value: "+441234567890" };
    const plan = { Name: "custom:plan", Value: "gold" };
    const proved = { Name: "email_verified", Value: "true" };
    const adaId = await make(userPoolId, "ada", "ada@example.org", [phone, plan, proved]);
    await make(userPoolId, "tweedledum", "twins@example.org");
    await make(userPoolId, "tweedledee", "twins@example.org");
    await make(userPoolId, "owner", "shared@example.org", [proved]);
    await make(userPoolId, "squatter", "shared@example.org");
    await make(userPoolId, "invited", "invited@example.org", [], false);
    await make(userPoolId, "gone", "gone@example.org");
    await sdk.send(new AdminDisableUserCommand({ UserPoolId: userPoolId, Username: "gone" }));
    pool = {
      userPoolId,
      clientId: open?.ClientId ?? "",
      secretive: secretive?.ClientId ?? "",
      secret: secretive?.ClientSecret ?? "",
      adaId,
    };
  });
  afterAll(async () => {
    process.env = before;
    sdk.destroy();
    await server.stop();
  });

  async function make(
    userPoolId: string,
    Username: string,
    email: string,
    more: readonly { Name: string; Value: string }[] = [],
    permanent = true,
  ): Promise<string> {
    const UserAttributes = [{ Name: "email", Value: email }, ...more];
    const at = { UserPoolId: userPoolId, Username };
    const given = { ...at, UserAttributes, MessageAction: "SUPPRESS", TemporaryPassword: "T3mporary-pass" } as const;
    const { User } = await sdk.send(new AdminCreateUserCommand(given));
    if (permanent) await sdk.send(new AdminSetUserPasswordCommand({ ...at, Password: password, Permanent: true }));
    return User?.Attributes?.find(({ Name }) => Name === "sub")?.Value ?? "";
  }

  const settings = (): CognitoSettings => ({ userPoolId: pool.userPoolId, clientId: pool.clientId });
  const aSource = (overrides: Partial<CognitoSettings> = {}) => {
    const source = cognito({ ...settings(), ...overrides });
    onTestFinished(() => source.close?.());
    return source;
  };
  const authenticate = (by = ada, text = password, overrides: Partial<CognitoSettings> = {}) =>
    aSource(overrides).authenticate?.(by, Secret.fromText(text), soon());

  const elsewhere = async (answer: (heard: Heard) => Told) => {
    const double = await aDouble(answer);
    process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER = double.url;
    onTestFinished(() => {
      process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER = server.endpoint;
    });
    return double;
  };

  describeSource("cognito", () => ({
    open: () =>
      cognito({
        ...settings(),
        user: ({ username, enabled, attributes }) => ({
          id: attributes.sub,
          username,
          enabled: username === "gone" ? "no" : enabled,
          attributes: {},
        }),
      }),
    known: {
      id: pool.adaId,
      lookups: [ada, named("email", "ada@example.org"), named("phone", "+441234567890"), named("id", pool.adaId)],
    },
    ambiguous: named("email", "twins@example.org"),
    unusable: named("username", "gone"),
    openBroken: () => cognito({ ...settings(), userPoolId: "eu-west-1_absent000" }),
    stalled: {
      "before the answer": async () => {
        const double = await elsewhere(() => "silence");
        return { source: cognito(settings()), open: double.open };
      },
    },
    misconfigured: [
      { source: cognito({ userPoolId: "old", clientId: "" }), paths: ["userPoolId", "clientId"] },
      {
        source: cognito({
          ...settings(),
          role: { arn: "admin" },
          secondFactor: "ignore",
          clientSecret: "text",
          user: {},
          mark: "email",
        } as unknown as CognitoSettings),
        paths: ["clientSecret", "role.arn", "secondFactor", "mark", "user"],
      },
    ],
  }));

  test("knows a user with all attributes but the pool's own", async () => {
    const user = await aSource().find?.(ada, soon());
    expect({ ...user, attributes: { ...user?.attributes } }).toEqual({
      id: pool.adaId,
      source: "cognito",
      username: "ada",
      enabled: true,
      attributes: {
        email: "ada@example.org",
        email_verified: "true",
        phone_number: "+441234567890",
        phone_number_verified: "false",
        "custom:plan": "gold",
      },
    });
  });

  test("gives an address to the one who has proved it, not to who wrote it into a profile", async () => {
    expect(await aSource().find?.(named("email", "shared@example.org"), soon())).toMatchObject({ username: "owner" });
  });

  test("checks the password of exactly the user found, by each look-up", async () => {
    for (const by of [ada, named("email", "ada@example.org"), named("phone", "+441234567890")]) {
      expect(await authenticate(by)).toMatchObject({ kind: "match", user: { id: pool.adaId } });
    }
    const check = (text: string) => aSource().validatePassword?.(pool.adaId, Secret.fromText(text), soon());
    expect([await check(password), await check("wrong"), await check("")]).toEqual(["match", "mismatch", "mismatch"]);
  });

  test.each([
    ["wrong-password", "ada", "wrong"],
    ["wrong-password", "ada", ""],
    ["wrong-password", "ada", "x".repeat(257)],
    ["unknown-user", "nobody", password],
    ["disabled", "gone", password],
    ["must-change", "invited", "T3mporary-pass"],
    ["wrong-password", "invited", "wrong"],
  ])("refuses: %s (%s)", async (reason, username, text) => {
    expect(await authenticate(named("username", username), text)).toEqual({ kind: "denied", reason });
  });

  test("proves the client by its secret, and reads that afresh once when it is refused", async () => {
    const clientSecret = aRotatedSecret("an old one", pool.secret);
    expect(await authenticate(ada, password, { clientId: pool.secretive, clientSecret })).toMatchObject({
      kind: "match",
    });
    const wrong = { clientId: pool.secretive, clientSecret: aRotatedSecret("one", "another") };
    await expect(authenticate(ada, password, wrong)).rejects.toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL" });
    const none = authenticate(ada, password, { clientId: pool.secretive });
    await expect(none).rejects.toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL" });
  });

  test("pages through all users", async () => {
    const source = aSource();
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await source.list?.({ size: 3, ...(after === undefined ? {} : { after }) }, soon());
      names.push(...(page?.users ?? []).map(({ username }) => username));
      after = page?.next;
    } while (after !== undefined);
    expect(names.toSorted()).toEqual(["ada", "gone", "invited", "owner", "squatter", "tweedledee", "tweedledum"]);
  });

  // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html#API_AdminInitiateAuth_ResponseSyntax
  const answering = (initiated: Told) => (heard: Heard) => {
    if (String(heard.headers["x-amz-target"]).endsWith("AdminInitiateAuth")) return initiated;
    const UserAttributes = [{ Name: "sub", Value: "1" }];
    return { json: { Username: "ada", Enabled: true, UserStatus: "CONFIRMED", UserAttributes } };
  };
  const fault = (name: string, message: string): Told => ({ status: 400, json: { __type: name, message } });

  test.each(["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP", "SELECT_MFA_TYPE", "MFA_SETUP", "DEVICE_SRP_AUTH"])(
    "refuses a user with a second factor (%s) unless told that the password alone is enough",
    async (ChallengeName) => {
      await elsewhere(answering({ json: { ChallengeName, Session: "canary-session", ChallengeParameters: {} } }));
      await expect(authenticate()).rejects.toMatchObject({ code: "RECORD_UNUSABLE" });
      const accepted = authenticate(ada, password, { secondFactor: "accept-password-alone" });
      expect(await accepted).toMatchObject({ kind: "match" });
    },
  );

  test.each<[string, Told]>([
    ["a challenge that nobody can meet", { json: { ChallengeName: "CUSTOM_CHALLENGE", Session: "canary" } }],
    ["neither tokens nor a challenge", { json: {} }],
    ["a refusal in other words", fault("NotAuthorizedException", "canary")],
    ["a flow that the client may not use", fault("InvalidParameterException", "Auth flow not enabled for this client")],
    ["a trigger of the old pool that fails", fault("UserLambdaValidationException", "canary")],
    ["throttling", fault("TooManyRequestsException", "canary")],
  ])("lets nobody in on %s", async (_, told) => {
    await elsewhere(answering(told));
    const error = await authenticate()?.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(String(error)).not.toContain("canary");
  });

  test.each([
    ["locked", "NotAuthorizedException", "Password attempts exceeded"],
    ["expired", "NotAuthorizedException", "Temporary password has expired and must be reset by an administrator."],
    ["must-change", "PasswordResetRequiredException", "Password reset required for the user"],
    ["disabled", "UserNotConfirmedException", "User is not confirmed."],
  ])("reads the refusal %s", async (reason, name, message) => {
    await elsewhere(answering(fault(name, message)));
    expect(await authenticate()).toEqual({ kind: "denied", reason });
  });

  test("asks as the role that it is given, and takes that role once", async () => {
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_Examples
    const sts = await aDouble(() => ({
      write: (response) => {
        response.writeHead(200, { "content-type": "text/xml" });
        response.end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
          <AccessKeyId>ASIAOFTHEROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey>
          <SessionToken>role-session</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
          </Credentials></AssumeRoleResult></AssumeRoleResponse>`);
      },
    }));
    process.env.AWS_ENDPOINT_URL_STS = sts.url;
    const double = await elsewhere(answering({ json: { AuthenticationResult: { AccessToken: "canary-token" } } }));
    const role = { arn: "arn:aws:iam::123456789012:role/samekey-reader", externalId: createHash("md5").digest("hex") };
    const source = aSource({ role });
    for (let round = 0; round < 2; round++) {
      const answer = await source.authenticate?.(ada, Secret.fromText(password), soon());
      expect(answer).toMatchObject({ kind: "match" });
      expect(JSON.stringify(answer)).not.toContain("canary");
    }
    expect(sts.heard).toHaveLength(1);
    expect(Object.fromEntries(sts.heard[0]?.form ?? [])).toMatchObject({
      RoleArn: role.arn,
      ExternalId: role.externalId,
    });
    for (const { headers } of double.heard) {
      expect(headers.authorization).toContain("Credential=ASIAOFTHEROLE/");
      expect(headers["x-amz-security-token"]).toBe("role-session");
    }
  });
});
