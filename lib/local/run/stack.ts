import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { UserNames } from "../../core/platform-name.ts";
import type { Ledger } from "../../core/ports.ts";
import { openLedger } from "../../ledger/ledger.ts";
import { localRegion } from "../account.ts";
import { allFunctions, bundleFunctions, type ConfigChoice } from "../bundle.ts";
import { startDynamoDb } from "../dynamodb/dynamodb.ts";
import type { StreamRecord } from "../dynamodb/stream.ts";
import { startKms } from "../kms/kms.ts";
import { type InvokeRecord, type LocalLambda, startLambda } from "../lambda/lambda.ts";
import { openStreamMapping } from "../lambda/stream-mapping.ts";
import { type LegacyDatabase, startLegacyDatabase } from "../legacy-database/legacy-database.ts";
import { startSecrets } from "../secrets/secrets.ts";
import { type CodeMessage, type PoolEvent, startUserPool, type UserPoolServer } from "../user-pool/index.ts";
import { createLedgerTable } from "./ledger-table.ts";
import { createPool, type LocalPool } from "./pool.ts";

export interface StackOptions {
  /** The project's root, where functions/ is. */
  readonly root: string;
  readonly config: ConfigChoice;
  readonly userNames: UserNames;
  /** Secrets by name; the demo's legacy database adds its own. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Whether the config has work for the ledger's stream. */
  readonly hasStreamWork: boolean;
  /** The KMS key of the config's vault; without it there is no KMS. */
  readonly vaultKey?: string;
  /** The file of SQL that the demo's legacy database begins with; without it there is no such database. */
  readonly legacySql?: string;
  readonly onInvoke?: (record: InvokeRecord) => void;
  readonly onLog?: (line: { readonly functionName: string; readonly text: string }) => void;
  readonly onPoolEvent?: (event: PoolEvent) => void;
  readonly deliver?: (message: CodeMessage) => void;
}

/** All of Samekey on this machine, each part a server on the loopback interface. */
export interface Stack {
  readonly cognito: CognitoIdentityProviderClient;
  readonly pool: LocalPool;
  readonly userPool: UserPoolServer;
  readonly lambda: LocalLambda;
  readonly legacy: LegacyDatabase | undefined;
  readonly ledger: Ledger;
  readonly dynamoDb: DynamoDBClient;
  readonly table: string;
  /** Resolves when all that hangs on the ledger's changes so far is done. */
  settled(): Promise<void>;
  /** What a tool on this machine needs in its environment to reach the parts. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** The name under which the demo's config asks for its database. */
export const demoSecret = "samekey/legacy-database";
export const localTable = "samekey-local-ledger";

// As serverless.yml has them: hashing needs a whole processor, the rest does not.
const memoryMb = { hashing: 1769, other: 512 } as const;
const timeoutMs = 6000;
const streamTimeoutMs = 60_000;

/** Starts all parts, or none: when one fails to start, those before it are stopped. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    return await start(options, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: StackOptions, stops: (() => Promise<void>)[], stop: () => Promise<void>): Promise<Stack> {
  const outdir = await mkdtemp(join(tmpdir(), "samekey-"));
  stops.push(() => rm(outdir, { recursive: true, force: true }));

  // Pool and functions know each other: the pool comes first, and calls nobody before it has been wired.
  let lambda: LocalLambda | undefined;
  const running = (): LocalLambda => {
    if (lambda === undefined) throw new Error("a trigger was called before the functions run");
    return lambda;
  };
  const stream = openStreamMapping<StreamRecord>({ invoke: (event) => running().invoke("ledger-stream", event) });
  stops.push(async () => stream.stop());
  const legacyStarting = options.legacySql === undefined ? undefined : startLegacyDatabase(options.legacySql);
  // Awaited below; until then a failure must not count as unhandled.
  legacyStarting?.catch(() => undefined);
  const bundles = await bundleFunctions(options.root, outdir, options.config);
  const dynamo = await startDynamoDb({
    port: 8000,
    ...(options.hasStreamWork ? { onRecord: (record: StreamRecord) => isMoved(record) && stream.push(record) } : {}),
  });
  stops.push(() => dynamo.stop());
  const legacy = await legacyStarting;
  if (legacy !== undefined) stops.push(() => legacy.stop());
  const secrets = await startSecrets({
    secrets: { ...options.secrets, ...(legacy === undefined ? {} : { [demoSecret]: legacy.url }) },
  });
  stops.push(() => secrets.stop());

  const kms = options.vaultKey === undefined ? undefined : await startKms({ keys: [options.vaultKey] });
  if (kms !== undefined) stops.push(() => kms.stop());

  const userPool = await startUserPool({
    port: 9229,
    region: localRegion,
    invoke: (functionArn, event, taken) => running().invoke(functionArn, event, { taken }),
    ...(options.onPoolEvent === undefined ? {} : { onEvent: options.onPoolEvent }),
    ...(options.deliver === undefined ? {} : { deliver: options.deliver }),
  });
  stops.push(() => userPool.stop());

  const environment = {
    AWS_REGION: localRegion,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: userPool.endpoint,
    ...(kms === undefined ? {} : { AWS_ENDPOINT_URL_KMS: kms.endpoint }),
    SAMEKEY_TABLE: localTable,
    SAMEKEY_ATTEMPT_KEY: randomUUID(),
  };
  lambda = await startLambda({
    functions: Object.fromEntries(
      allFunctions.map((name) => [
        name,
        {
          file: bundles.files[name] ?? "",
          memoryMb: name === "user-migration" ? memoryMb.hashing : memoryMb.other,
          timeoutMs: name === "ledger-stream" ? streamTimeoutMs : timeoutMs,
          environment,
        },
      ]),
    ),
    ...(options.onInvoke === undefined ? {} : { onInvoke: options.onInvoke }),
    ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
  });
  const { arn, stop: stopLambda } = lambda;
  stops.push(stopLambda);

  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const dynamoDb = new DynamoDBClient({ endpoint: dynamo.endpoint, region: localRegion, credentials });
  const cognito = new CognitoIdentityProviderClient({
    endpoint: userPool.endpoint,
    region: localRegion,
    credentials,
    maxAttempts: 1,
  });
  await createLedgerTable(dynamoDb, localTable);
  const pool = await createPool(cognito, options.userNames, arn);
  return {
    cognito,
    pool,
    userPool,
    lambda,
    legacy,
    ledger: openLedger({ table: localTable, client: dynamoDb }),
    dynamoDb,
    table: localTable,
    settled: stream.idle,
    environment: {
      ...environment,
      AWS_DEFAULT_REGION: localRegion,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_ENDPOINT_URL_LAMBDA: lambda.endpoint,
      SAMEKEY_CONFIG: options.config === "mine" ? "own" : "demo",
      SAMEKEY_USER_POOL_ID: pool.poolId,
      SAMEKEY_CLIENT_ID: pool.clientId,
    },
    stop,
  };
}

/** What deploy/ledger-stream.cjs has Lambda filter by. */
function isMoved({ dynamodb: { NewImage } }: StreamRecord): boolean {
  return NewImage?.sk?.S === "user" && NewImage.state?.S === "migrated";
}
