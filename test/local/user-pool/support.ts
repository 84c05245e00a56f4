import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { onTestFinished } from "vitest";
import {
  type CodeMessage,
  type PoolEvent,
  startUserPool,
  type TriggerAnswer,
  type UserPoolOptions,
  type UserPoolServer,
} from "../../../lib/local/user-pool/index.ts";

/** An event as a trigger function sees it; loosely typed on purpose, for tests read single members. */
export interface SeenEvent {
  readonly version: string;
  readonly triggerSource: string;
  readonly region: string;
  readonly userPoolId: string;
  readonly userName: string;
  readonly callerContext: { readonly awsSdkVersion: string; readonly clientId: string };
  // biome-ignore lint/suspicious/noExplicitAny: each trigger has its own members, and the tests pin them
  readonly request: any;
  readonly response: Readonly<Record<string, unknown>>;
}

/** A trigger: what it puts into the response, or a thrown error. `undefined` leaves the response as it came. */
export type Trigger = (event: SeenEvent, attempt: number) => Promise<object | undefined> | object | undefined;

export type PoolInput = Partial<CreateUserPoolCommandInput>;

export interface Setting {
  readonly triggers?: Readonly<Record<string, Trigger>>;
  readonly pool?: PoolInput;
  readonly client?: Partial<CreateUserPoolClientCommandInput>;
  readonly options?: Partial<UserPoolOptions>;
}

export interface Bench {
  readonly server: UserPoolServer;
  readonly sdk: CognitoIdentityProviderClient;
  readonly poolId: string;
  readonly clientId: string;
  readonly secret: string | undefined;
  /** Every event that a trigger got, in order. */
  readonly seen: SeenEvent[];
  readonly codes: CodeMessage[];
  readonly told: PoolEvent[];
  signIn(username: string, password: string): Promise<string>;
}

/** A server with one pool and one client that may use the password flows; stopped at the end of the test. */
export async function openBench(setting: Setting = {}): Promise<Bench> {
  const seen: SeenEvent[] = [];
  const codes: CodeMessage[] = [];
  const told: PoolEvent[] = [];
  const triggers = setting.triggers ?? {};
  const invoke = async (arn: string, event: unknown): Promise<TriggerAnswer> => {
    const got = event as SeenEvent;
    seen.push(got);
    const attempt = seen.filter((each) => each.triggerSource === got.triggerSource).length;
    const trigger = triggers[arn];
    if (trigger === undefined)
      throw Object.assign(new Error("no such function"), { name: "ResourceNotFoundException" });
    try {
      const response = await trigger(got, attempt);
      return { kind: "answer", payload: response === undefined ? got : { ...got, response } };
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      return {
        kind: "error",
        errorType: "Error",
        errorMessage: error instanceof Error ? error.message : String(error),
      };
    }
  };
  const server = await startUserPool({
    invoke,
    deliver: (message) => codes.push(message),
    onEvent: (event) => told.push(event),
    ...setting.options,
  });
  const sdk = sdkFor(server);
  onTestFinished(async () => {
    sdk.destroy();
    await server.stop();
  });
  const pool = await sdk.send(
    new CreateUserPoolCommand({
      PoolName: "test",
      LambdaConfig: Object.fromEntries(Object.keys(triggers).map((name) => [name, name])),
      ...setting.pool,
    }),
  );
  const poolId = pool.UserPool?.Id ?? "";
  const client = await sdk.send(
    new CreateUserPoolClientCommand({
      UserPoolId: poolId,
      ClientName: "test",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      ...setting.client,
    }),
  );
  const clientId = client.UserPoolClient?.ClientId ?? "";
  const bench: Bench = {
    server,
    sdk,
    poolId,
    clientId,
    secret: client.UserPoolClient?.ClientSecret,
    seen,
    codes,
    told,
    signIn: (username, password) => signInWith(bench, username, password),
  };
  return bench;
}

/** A function that cannot be called at all: throttled, absent, not permitted. */
export class Unavailable extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

export function sdkFor(server: UserPoolServer): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient({
    endpoint: server.endpoint,
    region: server.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
}

/** "tokens", the challenge's name, or the error as "Name: message". */
async function signInWith(bench: Bench, username: string, password: string): Promise<string> {
  return outcome(async () => {
    const answer = await bench.sdk.send(
      new InitiateAuthCommand({
        ClientId: bench.clientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: username, PASSWORD: password },
      }),
    );
    return answer.AuthenticationResult?.AccessToken === undefined ? String(answer.ChallengeName) : "tokens";
  });
}

/** The result as text, or "Name: message" of the error, for comparison in one line. */
export async function outcome(work: () => Promise<unknown>): Promise<string> {
  try {
    const result = await work();
    return typeof result === "string" ? result : "ok";
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

/** A migration trigger for one legacy user: e-mail `ann@example.com`, password `legacy pass` (no policy would take it). */
export const legacyAnn: Trigger = (event) => {
  if (event.userName.toLowerCase() !== "ann@example.com") return {};
  if (event.triggerSource === "UserMigration_Authentication" && event.request.password !== "legacy pass") return {};
  return {
    userAttributes: { email: "ann@example.com", email_verified: "true" },
    finalUserStatus: "CONFIRMED",
    messageAction: "SUPPRESS",
  };
};

/** A migration trigger that answers everybody with this response. */
export function answering(response: object): Readonly<Record<string, Trigger>> {
  return { UserMigration: () => response };
}

/** A pool whose user name is the e-mail address, case-insensitive as the console makes it. */
export const emailPool: PoolInput = {
  UsernameAttributes: ["email"],
  AutoVerifiedAttributes: ["email"],
  UsernameConfiguration: { CaseSensitive: false },
};

export const wrong = "NotAuthorizedException: Incorrect username or password.";
export const strong = "Str0ng-enough!";
