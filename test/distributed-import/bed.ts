import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { build } from "esbuild";
import definition from "../../deploy/import-run.asl.json" with { type: "json" };
import type { ImportRun } from "../../lib/core/import-run.ts";
import { emptyTally } from "../../lib/core/import-tally.ts";
import { openImportRuns } from "../../lib/ledger/import-runs.ts";
import { localRegion } from "../../lib/local/account.ts";
import { bundling, triggerFunctions } from "../../lib/local/bundle.ts";
import { startDynamoDb } from "../../lib/local/dynamodb/dynamodb.ts";
import { startKms } from "../../lib/local/kms/kms.ts";
import { startLambda } from "../../lib/local/lambda/lambda.ts";
import { openPeople } from "../../lib/local/run/people.ts";
import { createPool } from "../../lib/local/run/pool.ts";
import { startUserPool } from "../../lib/local/user-pool/index.ts";
import { ledgerIn, localClient } from "../support/ledger.ts";
import { type Execution, type Json, runMachine, TaskFailure } from "../support/state-machine.ts";
import { aBucket, bucket } from "./bucket.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
export const keyId = "alias/samekey";

export type ImportBed = Awaited<ReturnType<typeof openImportBed>>;

/** The functions of a distributed import as they ship, with this text as their config, and what they need. */
export async function openImportBed(config: string, environment: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "samekey-distributed-"));
  const names = [...triggerFunctions, "split-import", "import-batch", "finish-import"];
  await bundleWith(config, names, folder);
  const [dynamo, kms, objects] = await Promise.all([startDynamoDb(), startKms({ keys: [keyId] }), aBucket()]);
  const client = localClient({ endpoint: dynamo.endpoint });
  const bench = await ledgerIn(client, "ledger");
  const told: string[] = [];
  const userPool = await startUserPool({
    region: localRegion,
    invoke: (arn, event, taken) => lambda.invoke(arn, event, { taken }),
  });
  const cognito = new CognitoIdentityProviderClient({
    endpoint: userPool.endpoint,
    region: localRegion,
    credentials,
    maxAttempts: 1,
  });
  const endpoints = {
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_KMS: kms.endpoint,
    AWS_ENDPOINT_URL_S3: objects.endpoint,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: userPool.endpoint,
    SAMEKEY_TABLE: bench.table,
    SAMEKEY_IMPORT_BUCKET: bucket,
  };
  const arnOf = (name: string) => `arn:aws:lambda:${localRegion}:000000000000:function:${name}`;
  const pool = await createPool(cognito, "email", arnOf);
  const lambda = await startLambda({
    accountId: "000000000000",
    functions: Object.fromEntries(
      names.map((name) => [
        name,
        {
          file: join(folder, `${name}.js`),
          memoryMb: 1769,
          timeoutMs: name.includes("import") ? 300_000 : 6000,
          environment: {
            ...endpoints,
            SAMEKEY_USER_POOL: pool.poolId,
            SAMEKEY_IMPORTS_PER_SECOND: "100",
            ...environment,
          },
        },
      ]),
    ),
    onLog: ({ text }) => told.push(text),
  });
  const runs = openImportRuns({ table: bench.table, client, now: () => new Date() });
  const signal = () => AbortSignal.timeout(10_000);

  /** What `POST /imports` leaves, and the upload. Answers the import's id. */
  async function upload(file: string | Uint8Array, detail: ImportRun["detail"]): Promise<string> {
    const id = randomUUID();
    const at = new Date().toISOString();
    const run: ImportRun = {
      id,
      state: "waiting",
      settled: 0,
      tally: emptyTally,
      detail,
      startedAt: at,
      updatedAt: at,
    };
    await runs.take(run, "api", signal());
    await runs.release(run, "api", signal());
    await objects.put(`uploads/${id}`, file);
    return id;
  }

  /** What EventBridge starts for it. */
  async function execute(id: string, executionId: string = randomUUID(), intercept: Intercept = (_, call) => call()) {
    const key = `uploads/${id}`;
    const etag = await objects.etag(key).catch(() => "gone");
    const execution = await runMachine(
      {
        definition,
        executionId,
        async invoke(name, payload) {
          const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).slice(1);
          return intercept({ name: kebab, payload }, async () => {
            const invoked = await lambda.invoke(kebab, payload);
            if (invoked.kind === "answer") return invoked.payload as Json;
            const { errorType, errorMessage } = invoked;
            throw new TaskFailure(errorType, JSON.stringify({ errorMessage, errorType }));
          });
        },
        list: async (_, prefix) => (await objects.keys(prefix)).map((Key) => ({ Key })),
        put: (_, where, text) => objects.put(where, text),
      },
      { detail: { bucket: { name: bucket }, object: { key, etag } } },
    );
    return { ...execution, run: await runs.read(id, signal()) };
  }

  return {
    ...bench,
    objects,
    told,
    runs,
    upload,
    execute,
    lambda,
    kms,
    dynamo,
    pool,
    cognito,
    endpoints,
    userPool,
    people: openPeople({ cognito, pool }),
    async close() {
      cognito.destroy();
      client.destroy();
      await userPool.stop();
      await lambda.stop();
      await Promise.all([dynamo.stop(), kms.stop(), objects.stop()]);
      await rm(folder, { recursive: true });
    },
  };
}

/** Sees each call of a function, and may do something else. */
export type Intercept = (
  call: { readonly name: string; readonly payload: Json },
  go: () => Promise<Json>,
) => Promise<Json>;

export type Executed = Execution & { readonly run: ImportRun | undefined };

async function bundleWith(contents: string, names: readonly string[], outdir: string): Promise<void> {
  await build({
    ...bundling,
    absWorkingDir: root,
    entryPoints: names.map((name) => `functions/${name}.ts`),
    outdir,
    plugins: [
      {
        name: "config",
        setup(setup) {
          const asConfig = { path: "migration", namespace: "config", sideEffects: false };
          setup.onResolve({ filter: /^#migration$/ }, () => asConfig);
          setup.onLoad({ filter: /.*/, namespace: "config" }, () => ({ contents, loader: "ts", resolveDir: root }));
        },
      },
    ],
  });
}
