import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stack, startStack } from "../../lib/local/run/stack.ts";
import { missing } from "../support/required.ts";

// cognito-local is somebody else's emulator of Cognito: what it makes of our answers is not our own reading of the docs.
// It has one trigger path of ours, the sign-in migration. https://github.com/jagregory/cognito-local
const program = resolve(".samekey/ci/node_modules/cognito-local/lib/bin/start.js");
const skip = missing("cognito-local", existsSync(program), "npm install --prefix .samekey/ci cognito-local@5.3.0");

describe.skipIf(skip !== undefined)("the sign-in migration against cognito-local", () => {
  let stack: Stack;
  let folder: string;
  let emulator: ChildProcess;
  let cognito: CognitoIdentityProviderClient;
  let poolId: string;
  let clientId: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "samekey-cognito-local-"));
    stack = await startStack({
      root: resolve("."),
      hasStreamWork: false,
      config: "demo",
      userNames: "alias",
      secrets: {},
      legacySql: resolve("examples/demo/legacy.sql"),
    });
    const port = await freePort();
    await mkdir(join(folder, ".cognito"), { recursive: true });
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    await writeFile(
      join(folder, ".cognito", "config.json"),
      JSON.stringify({
        LambdaClient: { endpoint: stack.lambda.endpoint, region: "us-east-1", credentials },
        ServerConfig: { hostname: "127.0.0.1", port },
        TokenConfig: { IssuerDomain: `http://127.0.0.1:${port}` },
        TriggerFunctions: { UserMigration: "user-migration", PostAuthentication: "post-authentication" },
      }),
    );
    emulator = spawn(process.execPath, [program], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
    cognito = new CognitoIdentityProviderClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: "us-east-1",
      credentials,
    });
    poolId = await untilUp(async () => {
      const { UserPool } = await cognito.send(
        new CreateUserPoolCommand({ PoolName: "second", AliasAttributes: ["email"] }),
      );
      return UserPool?.Id ?? "";
    });
    const { UserPoolClient } = await cognito.send(
      new CreateUserPoolClientCommand({
        UserPoolId: poolId,
        ClientName: "app",
        ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
      }),
    );
    clientId = UserPoolClient?.ClientId ?? "";
  }, 90_000);

  afterAll(async () => {
    emulator?.kill("SIGKILL");
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const signIn = (USERNAME: string, PASSWORD: string) =>
    cognito.send(
      new InitiateAuthCommand({
        ClientId: clientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME, PASSWORD },
      }),
    );
  const lookups = async () => (await stack.legacy?.lookups()) ?? 0;

  it("moves a legacy user at the first sign-in and asks the legacy store no more at the second", async () => {
    const first = await signIn("ada@example.org", "correct horse battery");
    expect(first.AuthenticationResult?.AccessToken).toBeDefined();
    const asked = await lookups();

    const second = await signIn("ada", "correct horse battery");
    expect(second.AuthenticationResult?.AccessToken).toBeDefined();
    expect(await lookups()).toBe(asked);

    const user = await cognito.send(new AdminGetUserCommand({ UserPoolId: poolId, Username: "ada" }));
    const attributes = new Map((user.UserAttributes ?? []).map(({ Name, Value }) => [Name, Value]));
    expect(user.UserStatus).toBe("CONFIRMED");
    expect(attributes.get("email")).toBe("ada@example.org");
    expect(attributes.get("email_verified")).toBe("true");
    expect(attributes.get("custom:legacy_id")).toBe("1001");
  });

  it("records the migration in the ledger once the emulator has told of the completed sign-in", async () => {
    await signIn("grace@example.org", "nanoseconds matter");
    const row = await stack.ledger.find([{ kind: "identifier", value: "grace" }], AbortSignal.timeout(5000));
    expect(row?.legacyId).toBe("1002");
    expect(["verified", "migrated"]).toContain(row?.state);
  });

  // cognito-local makes a user of any answer, an empty response too, and refuses for a throw alone; Cognito's guide says
  // that an empty response makes none. So what can be shown here is what the emulator was given.
  it("gives the emulator nothing to make a user of for a wrong password, an unknown name and a disabled user", async () => {
    const attempts = [
      ["hedy@example.org", "hop the freqency"],
      ["nobody@example.org", "hop the frequency"],
      ["katherine", "orbit by hand 1962"],
    ] as const;
    for (const [userName, password] of attempts) {
      const answer = await stack.lambda.invoke("user-migration", {
        version: "0",
        region: "local",
        userPoolId: poolId,
        triggerSource: "UserMigration_Authentication",
        userName,
        callerContext: { awsSdkVersion: "2.953.0", clientId },
        request: { password, validationData: {}, clientMetadata: {} },
        response: { finalUserStatus: null, messageAction: null, userAttributes: {} },
      });
      expect(answer).toMatchObject({ kind: "answer", payload: { userName, response: {} } });
      expect((answer as { payload: { response: object } }).payload.response).toEqual({});
      const row = await stack.ledger.find([{ kind: "identifier", value: userName }], AbortSignal.timeout(5000));
      expect(row).toBeUndefined();
    }
  });
});

async function untilUp<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 60) throw error;
      await new Promise((again) => setTimeout(again, 500));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolvePort(address !== null && typeof address === "object" ? address.port : 0));
    });
  });
}
