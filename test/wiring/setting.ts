import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  DescribeUserPoolCommand,
  type UserPoolType,
} from "@aws-sdk/client-cognito-identity-provider";
import { GetPolicyCommand, LambdaClient, ResourceNotFoundException } from "@aws-sdk/client-lambda";
import { onTestFinished } from "vitest";
import { startLambda } from "../../lib/local/lambda/lambda.ts";
import { startUserPool } from "../../lib/local/user-pool/index.ts";
import { custom } from "../../lib/sources/custom.ts";
import { triggerFunctions } from "../../lib/wiring/triggers.ts";
import type { WireOptions, WireServices } from "../../lib/wiring/wire.ts";

const region = "eu-west-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

export interface Setting {
  readonly userPoolId: string;
  readonly services: WireServices;
  readonly options: WireOptions;
  /** All that was printed. */
  text(): string;
  pool(): Promise<UserPoolType>;
  arn(functionName: string): string;
  /** The statements of a function's resource policy. */
  statements(functionName: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** What a test changes of the usual pool, client and functions. */
export interface Changes {
  readonly pool?: Partial<CreateUserPoolCommandInput>;
  readonly client?: Partial<CreateUserPoolClientCommandInput>;
  /** The functions that are deployed; all five without it. */
  readonly deployed?: readonly string[];
}

/** A pool, its client and the functions, on the stand-ins, behind AWS's own clients. */
export async function openSetting(changes: Changes = {}): Promise<Setting> {
  const folder = await mkdtemp(join(tmpdir(), "samekey-wiring-"));
  const file = join(folder, "function.mjs");
  await writeFile(file, "export const handler = (event) => event;\n");
  const names = changes.deployed ?? Object.values(triggerFunctions);
  const definition = { file, memoryMb: 128, timeoutMs: 1000, environment: {} };
  const functions = Object.fromEntries(names.map((name) => [`samekey-dev-${name}`, definition]));
  const simulator = await startUserPool({
    region,
    invoke: async () => ({ kind: "error", errorMessage: "not called" }),
  });
  const runner = await startLambda({ functions, region });
  const cognito = new CognitoIdentityProviderClient({ endpoint: simulator.endpoint, region, credentials });
  const lambda = new LambdaClient({ endpoint: runner.endpoint, region, credentials });
  onTestFinished(async () => {
    cognito.destroy();
    lambda.destroy();
    await Promise.all([simulator.stop(), runner.stop(), rm(folder, { recursive: true })]);
  });

  const { UserPool } = await cognito.send(
    new CreateUserPoolCommand({
      PoolName: "people",
      UsernameAttributes: ["email"],
      UsernameConfiguration: { CaseSensitive: false },
      AutoVerifiedAttributes: ["email", "phone_number"],
      DeletionProtection: "ACTIVE",
      ...changes.pool,
    }),
  );
  const userPoolId = UserPool?.Id ?? "";
  await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId: userPoolId,
      ClientName: "app",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      PreventUserExistenceErrors: "ENABLED",
      WriteAttributes: ["email", "name"],
      ...changes.client,
    }),
  );

  const printed: string[] = [];
  return {
    userPoolId,
    services: {
      cognito,
      lambda,
      migration: { sources: [adaAndGrace()], userNames: "email", usernameCase: "insensitive" },
      folder: join(folder, "record"),
      now: () => new Date("2026-11-22T12:00:00Z"),
      print: (text) => printed.push(text),
    },
    options: { userPoolId, stack: "samekey-dev", replace: false, dryRun: false, checkUsers: 1000 },
    text: () => printed.join("\n"),
    pool: async () => {
      const described = await cognito.send(new DescribeUserPoolCommand({ UserPoolId: userPoolId }));
      if (described.UserPool === undefined) throw new Error("the pool is gone");
      return described.UserPool;
    },
    arn: (name) => runner.arn(name),
    async statements(functionName) {
      try {
        const { Policy = "{}" } = await lambda.send(new GetPolicyCommand({ FunctionName: functionName }));
        return JSON.parse(Policy).Statement;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return [];
        throw error;
      }
    },
  };
}

/** A legacy store with two users. */
export function adaAndGrace() {
  const ids = new Map([
    ["ada@example.org", "1001"],
    ["grace@example.org", "1002"],
  ]);
  return custom({
    lookups: ["email"],
    find: ({ canonical: email }) => {
      const id = ids.get(email);
      return id === undefined ? undefined : { id, username: email, enabled: true, attributes: { email } };
    },
  });
}
