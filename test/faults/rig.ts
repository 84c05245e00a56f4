import { randomUUID } from "node:crypto";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { onTestFinished } from "vitest";
import { localRegion } from "../../lib/local/account.ts";
import { type LocalDynamoDb, startDynamoDb } from "../../lib/local/dynamodb/dynamodb.ts";
import type { FunctionDefinition } from "../../lib/local/lambda/function-definition.ts";
import { type Invoked, type InvokeRecord, startLambda } from "../../lib/local/lambda/lambda.ts";
import { createLedgerTable } from "../../lib/local/run/ledger-table.ts";
import { demoSecret } from "../../lib/local/run/stack.ts";
import { type LocalSecrets, startSecrets } from "../../lib/local/secrets/secrets.ts";
import { type FaultProxy, type ProxyMode, startFaultProxy } from "../support/fault-proxy.ts";
import { type Exchange, type FrontAnswer, startHttpFront } from "../support/http-front.ts";
import type { PostgresServer } from "../support/postgres-server.ts";

/** What all rigs of a file stand on. */
export interface Ground {
  readonly server: PostgresServer;
  /** The bundles, by the function's name; the user migration function's is always there. */
  readonly files: Readonly<Record<string, string>>;
  /** Every line that any function of the file wrote. */
  readonly told: string[];
}

export interface RigOptions {
  /** How the ways to the legacy database, to DynamoDB and to Secrets Manager are at the start; "pass". */
  readonly legacy?: ProxyMode;
  readonly ledger?: ProxyMode;
  readonly secretStore?: ProxyMode;
  readonly maxEnvironments?: number;
  readonly timeoutMs?: number;
  /** What the functions find in their environment besides. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What sees each request to DynamoDB, or to Secrets Manager, before it does. */
  readonly beforeDynamo?: (exchange: Exchange) => Promise<FrontAnswer>;
  readonly beforeSecrets?: (exchange: Exchange) => Promise<FrontAnswer>;
}

/** The function that ships, with a ledger, a secret store and a way to the legacy database of its own. */
export interface Rig {
  readonly server: PostgresServer;
  readonly role: string;
  readonly toLegacy: FaultProxy;
  readonly toLedger: FaultProxy;
  readonly toSecrets: FaultProxy;
  readonly dynamo: LocalDynamoDb;
  readonly secrets: LocalSecrets;
  /** The functions' own log lines, parsed. */
  readonly lines: Readonly<Record<string, unknown>>[];
  readonly records: InvokeRecord[];
  /** The processes of the environments, those that have ended too. */
  readonly pids: number[];
  /** Sends an event to the user migration function, or to another one. */
  send(event: unknown, functionName?: string): Promise<Invoked>;
  signIn(userName: string, password: string): Promise<Invoked>;
  /** What stands in the ledger: the users' items, and the sums of the counters. */
  ledger(): Promise<{ readonly users: readonly LedgerRow[]; readonly counts: Readonly<Record<string, number>> }>;
}

export interface LedgerRow {
  readonly legacyId: string | undefined;
  readonly state: string | undefined;
  readonly version: number;
}

const table = "ledger";
// As serverless.yml has them.
const memoryMb = 1769;

/** Ends with the test. */
export async function openRig({ server, files, told }: Ground, options: RigOptions = {}): Promise<Rig> {
  const role = `rig_${randomUUID().slice(0, 8)}`;
  const password = `canary-database-${role}`;
  await server.sql(`create role ${role} login password '${password}'`);
  const toLegacy = await startFaultProxy(server.port, options.legacy);
  const dynamo = await startDynamoDb();
  const secrets = await startSecrets({
    secrets: { [demoSecret]: server.url({ user: role, password, port: toLegacy.port }) },
  });
  const stops: (() => Promise<void>)[] = [];
  const wayTo = async (endpoint: string, mode?: ProxyMode, answer?: RigOptions["beforeDynamo"]) => {
    const front = answer === undefined ? undefined : await startHttpFront(endpoint, answer);
    const proxy = await startFaultProxy(Number(new URL(front?.endpoint ?? endpoint).port), mode);
    stops.push(proxy.stop, ...(front === undefined ? [] : [front.stop]));
    return proxy;
  };
  const toLedger = await wayTo(dynamo.endpoint, options.ledger, options.beforeDynamo);
  const toSecrets = await wayTo(secrets.endpoint, options.secretStore, options.beforeSecrets);
  const lines: Rig["lines"] = [];
  const records: InvokeRecord[] = [];
  const pids: number[] = [];
  const functionOf = (file: string): FunctionDefinition => ({
    file,
    memoryMb,
    timeoutMs: options.timeoutMs ?? 6000,
    environment: {
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${toLedger.port}`,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${toSecrets.port}`,
      SAMEKEY_TABLE: table,
      SAMEKEY_ATTEMPT_KEY: "canary-attempt-key",
      ...options.environment,
    },
  });
  const lambda = await startLambda({
    functions: Object.fromEntries(Object.entries(files).map(([name, file]) => [name, functionOf(file)])),
    onStart: ({ pid }) => pids.push(pid),
    maxEnvironments: options.maxEnvironments ?? 1,
    onLog: ({ text }) => {
      told.push(text);
      if (text.startsWith("{")) lines.push(JSON.parse(text));
    },
    onInvoke: (record) => records.push(record),
  });
  const client = new DynamoDBClient({
    endpoint: dynamo.endpoint,
    region: localRegion,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  await createLedgerTable(client, table);
  onTestFinished(async () => {
    await lambda.stop();
    client.destroy();
    await Promise.all([toLegacy.stop(), ...stops.map((stop) => stop())]);
    await Promise.all([dynamo.stop(), secrets.stop()]);
  });

  const send = async (event: unknown, functionName = "user-migration"): Promise<Invoked> => {
    const invoked = await lambda.invoke(functionName, event);
    if (invoked.kind === "error") told.push(invoked.errorMessage);
    return invoked;
  };
  return {
    server,
    role,
    toLegacy,
    toLedger,
    toSecrets,
    dynamo,
    secrets,
    lines,
    records,
    pids,
    send,
    signIn: (userName, typed) => send(signInEvent(userName, typed)),
    async ledger() {
      const users: LedgerRow[] = [];
      const counts: Record<string, number> = {};
      for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
        for (const item of page.Items ?? []) {
          if (item.pk?.S?.startsWith("user#")) {
            users.push({ legacyId: item.legacyId?.S, state: item.state?.S, version: Number(item.version?.N) });
          }
          if (!item.pk?.S?.startsWith("count#")) continue;
          for (const [name, value] of Object.entries(item)) {
            if (value.N !== undefined) counts[name] = (counts[name] ?? 0) + Number(value.N);
          }
        }
      }
      return { users, counts };
    },
  };
}

/** Cognito's event for a user whom the pool does not know. */
export function signInEvent(userName: string, password: unknown): Readonly<Record<string, unknown>> {
  return {
    version: "1",
    triggerSource: "UserMigration_Authentication",
    region: localRegion,
    userPoolId: `${localRegion}_Example01`,
    userName,
    callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: "client" },
    request: { password, validationData: null, clientMetadata: null },
    response: {
      userAttributes: null,
      forceAliasCreation: null,
      enableSMSMFA: null,
      finalUserStatus: null,
      messageAction: null,
      desiredDeliveryMediums: null,
    },
  };
}

/** The legacy id in an answer that lets the user in; undefined for any other answer. */
export function migratedId(invoked: Invoked): unknown {
  const { response } = (invoked.kind === "answer" ? invoked.payload : {}) as {
    readonly response?: { readonly finalUserStatus?: unknown; readonly userAttributes?: Record<string, unknown> };
  };
  return response?.finalUserStatus === "CONFIRMED" ? response.userAttributes?.["custom:legacy_id"] : undefined;
}
