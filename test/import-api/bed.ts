import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { buildApp } from "fauxqs";
import { openClient } from "../../lib/client/client.ts";
import { openImportRuns } from "../../lib/ledger/import-runs.ts";
import { localAccountId, localRegion } from "../../lib/local/account.ts";
import { importFunctions, triggerFunctions } from "../../lib/local/bundle.ts";
import { startDynamoDb } from "../../lib/local/dynamodb/dynamodb.ts";
import { startHttpApi } from "../../lib/local/http-api/http-api.ts";
import { startKms } from "../../lib/local/kms/kms.ts";
import { type LocalLambda, startLambda } from "../../lib/local/lambda/lambda.ts";
import { openPeople } from "../../lib/local/run/people.ts";
import { createPool } from "../../lib/local/run/pool.ts";
import { startUserPool } from "../../lib/local/user-pool/index.ts";
import { bundleWith } from "../support/bundle-with.ts";
import { ledgerIn, localClient } from "../support/ledger.ts";
import { conformityFault } from "./conformity.ts";

// No legacy store: it has been switched off after the import.
const config = `
  import { defineMigration } from "./lib/config/define-migration.ts";
  import { kmsKey } from "./lib/config/kms-key.ts";
  import { pbkdf2 } from "./lib/hashes/pbkdf2.ts";
  export default defineMigration({
    sources: [],
    vault: { key: kmsKey("alias/samekey") },
    passwords: [pbkdf2()],
    userNames: "email",
    refusalMs: 100,
  });
`;

const routes = {
  "POST /imports": "create-import",
  "GET /imports/{id}": "read-import",
  "POST /users/batch": "import-users",
};

export const bucket = "samekey-imports";
export const bucketKey = "arn:aws:kms:us-east-1:000000000000:key/0123";
export const credentials = { accessKeyId: "AKIDSCRIPT", secretAccessKey: "a secret of scripts" };

export type Bed = Awaited<ReturnType<typeof openBed>>;

/** The functions as they ship, behind the API, a user pool, and what they ask: all servers on this machine. */
export async function openBed() {
  const folder = await mkdtemp(join(tmpdir(), "samekey-api-"));
  await bundleWith(config, folder, [...triggerFunctions, ...importFunctions]);
  const dynamo = await startDynamoDb();
  const client = localClient({ endpoint: dynamo.endpoint });
  const bench = await ledgerIn(client, "ledger");
  const kms = await startKms({ keys: ["alias/samekey"] });
  const s3App = buildApp({ logger: false, defaultRegion: localRegion });
  const s3Endpoint = await s3App.listen({ port: 0, host: "127.0.0.1" });
  const local = { region: localRegion, credentials: { accessKeyId: "local", secretAccessKey: "local" } };
  const s3 = new S3Client({ ...local, endpoint: s3Endpoint, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));

  let lambda: LocalLambda | undefined;
  const running = () => {
    if (lambda === undefined) throw new Error("a function was called before the functions run");
    return lambda;
  };
  const userPool = await startUserPool({
    region: localRegion,
    invoke: (arn, event, taken) => running().invoke(arn, event, { taken }),
  });
  const cognito = new CognitoIdentityProviderClient({ ...local, endpoint: userPool.endpoint, maxAttempts: 1 });
  const arn = (name: string) => `arn:aws:lambda:${localRegion}:${localAccountId}:function:${name}`;
  const pool = await createPool(cognito, "email", arn);

  const told: string[] = [];
  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_KMS: kms.endpoint,
    AWS_ENDPOINT_URL_S3: s3Endpoint,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: userPool.endpoint,
    SAMEKEY_TABLE: bench.table,
  };
  const isRoute = (name: string) => importFunctions.some((one) => one === name);
  lambda = await startLambda({
    functions: Object.fromEntries(
      [...triggerFunctions, ...importFunctions].map((name) => [
        name,
        {
          file: join(folder, `${name}.js`),
          memoryMb: 1769,
          timeoutMs: isRoute(name) ? 30_000 : 6000,
          environment: isRoute(name)
            ? {
                ...environment,
                SAMEKEY_USER_POOL: pool.poolId,
                SAMEKEY_IMPORT_BUCKET: bucket,
                SAMEKEY_IMPORT_KEY: bucketKey,
                SAMEKEY_IMPORTS_PER_SECOND: "100",
              }
            : environment,
        },
      ]),
    ),
    onLog: ({ text }) => told.push(text),
  });
  const refusals: string[] = [];
  const misfits: string[] = [];
  const clock = { now: () => new Date() };
  const api = await startHttpApi({
    routes,
    async invoke(name, event) {
      const invoked = await running().invoke(name, event);
      const { routeKey } = event as { readonly routeKey: string };
      const misfit = invoked.kind === "answer" ? conformityFault(routeKey, invoked.payload) : `${name} threw`;
      if (misfit !== undefined) misfits.push(misfit);
      return invoked;
    },
    signers: [credentials],
    now: () => clock.now(),
    onRefused: (why) => refusals.push(why),
  });

  return {
    ...bench,
    dynamo,
    api,
    /** What API Gateway's clock says. */
    clock,
    /** Why signatures were refused. */
    refusals,
    /** Every line that a function wrote. */
    told,
    pool,
    runs: openImportRuns({ table: bench.table, client, now: () => new Date() }),
    people: openPeople({ cognito, pool }),
    sdk: openClient({ endpoint: api.endpoint, region: localRegion, credentials, retry: { baseMs: 10, attempts: 4 } }),
    s3,
    async object(Key: string) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return Body?.transformToString();
    },
    put: (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body })),
    /** Fails where an answer of any test was not as the API's description says. */
    async close() {
      s3.destroy();
      cognito.destroy();
      client.destroy();
      await api.stop();
      await userPool.stop();
      await running().stop();
      await Promise.all([dynamo.stop(), kms.stop(), s3App.close()]);
      await rm(folder, { recursive: true });
      if (misfits.length > 0) throw new Error(`answers are not as docs/openapi.json says:\n${misfits.join("\n")}`);
    },
  };
}
