// npm run bench -- load: a thousand first sign-ins from fifty clients, and again with the legacy database restarted under them.
import { availableParallelism } from "node:os";
import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { faultSentence } from "../../lib/aws/lambda.ts";
import { localRegion } from "../../lib/local/account.ts";
import { type Invoked, type InvokeRecord, type LocalLambda, startLambda } from "../../lib/local/lambda/lambda.ts";
import { localClient } from "../support/ledger.ts";
import { type PostgresServer, postgresMissing, startPostgres } from "../support/postgres-server.ts";
import type { BenchSource } from "./bench-source.ts";
import { samekeyEntry } from "./bundle.ts";
import { emailOf, letIn, signInEvent, usersSql } from "./people.ts";
import type { BenchOptions, BenchResult, BenchTable } from "./result.ts";
import { openStage } from "./stage.ts";

const signIns = 1000;
const clients = 50;
const warmUps = 80;
const cost = 10;
const name = "user-migration";
// Cognito's time for a trigger; the function's own is the same in serverless.yml.
const platformMs = 5000;
// What is told of a database that comes back: whoever failed tries again until then.
const retryMs = 60_000;

/** First sign-ins of distinct users through the bundled function in warmed environments, at most two for each core. */
export async function benchLoad({ rounds = signIns }: BenchOptions = {}): Promise<BenchResult> {
  const how = `${rounds} sign-ins of distinct users from ${clients} clients, bcrypt cost ${cost}, after ${warmUps} that warm ${environments()} environments; times inside the environment, from taking the event to the answer`;
  if (postgresMissing !== undefined) {
    return { name: "load", how, setting: "none", leftOut: [postgresMissing], tables: [] };
  }
  const source = restartable();
  const stage = await openStage(source, { [name]: samekeyEntry }, warmUps + 2 * rounds);
  const records: InvokeRecord[] = [];
  const lambda = await startLambda({
    functions: {
      [name]: {
        file: stage.bundles[name]?.file ?? "",
        memoryMb: 1769,
        timeoutMs: platformMs,
        environment: stage.environment,
      },
    },
    maxEnvironments: environments(),
    onInvoke: (record) => records.push(record),
  });
  const table = stage.environment.SAMEKEY_TABLE ?? "";
  const client = localClient({ endpoint: stage.environment.AWS_ENDPOINT_URL_DYNAMODB ?? "", region: localRegion });
  try {
    const people = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => emailOf(from + index, cost));
    const first = await signAllIn(lambda, people(1, warmUps), () => undefined);
    records.splice(0);
    const steady = await signAllIn(lambda, people(warmUps + 1, rounds), () => undefined);
    const calm = tableOf("nothing is broken", steady, records.splice(0), { errors: steady.failed.length });

    let restarted: Promise<void> | undefined;
    const broken = await signAllIn(lambda, people(warmUps + rounds + 1, rounds), (done) => {
      if (done >= rounds * 0.4) restarted ??= source.restart();
    });
    const during = records.splice(0);
    await restarted;
    const again = await retryAll(
      lambda,
      broken.failed.map(({ email }) => email),
    );
    const everybody = first.inside.length + 2 * rounds;
    const rows = await rowsOf(client, table);
    const unclean = broken.failed.filter(({ answer }) => !isRetryable(answer)).length;
    const restart = tableOf("the legacy database is restarted under it", broken, during, {
      unclean,
      lost: again.left.length + Math.max(0, everybody - rows.users),
      doubled: Math.max(0, rows.users - everybody) + Math.abs(rows.identifiers - rows.users),
    });
    return { name: "load", how, setting: stage.setting, tables: [calm, withRetries(restart, broken, again.tries)] };
  } finally {
    client.destroy();
    await lambda.stop();
    await stage.stop();
  }
}

function environments(): number {
  return 2 * availableParallelism();
}

interface Failed {
  readonly email: string;
  readonly answer: Invoked;
}

interface Signed {
  readonly inside: readonly string[];
  readonly failed: readonly Failed[];
}

/** Each client signs the next one in as soon as its last one is answered. */
async function signAllIn(
  lambda: LocalLambda,
  emails: readonly string[],
  onDone: (done: number) => void,
): Promise<Signed> {
  const left = [...emails];
  const inside: string[] = [];
  const failed: Failed[] = [];
  const client = async (): Promise<void> => {
    for (let email = left.shift(); email !== undefined; email = left.shift()) {
      const answer = await lambda.invoke(name, signInEvent(email));
      if (answer.kind === "answer" && letIn(answer.payload, email)) inside.push(email);
      else failed.push({ email, answer });
      onDone(inside.length + failed.length);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { inside, failed };
}

/** Whoever was told to try again does, until everybody is in or the time is over. */
async function retryAll(lambda: LocalLambda, emails: readonly string[]) {
  const endAt = performance.now() + retryMs;
  let left = emails;
  let tries = 0;
  while (left.length > 0 && performance.now() < endAt) {
    tries += 1;
    left = (await signAllIn(lambda, left, () => undefined)).failed.map(({ email }) => email);
  }
  return { left, tries };
}

/** The one sentence for a fault: a refusal, which is an empty response, would say that the password is wrong. */
function isRetryable(answer: Invoked): boolean {
  return answer.kind === "error" && answer.errorMessage === faultSentence;
}

async function rowsOf(client: DynamoDBClient, TableName: string) {
  const keys: string[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ProjectionExpression: "pk" })) {
    keys.push(...Items.map(({ pk }) => pk?.S ?? ""));
  }
  const count = (prefix: string) => keys.filter((key) => key.startsWith(prefix)).length;
  return { users: count("user#"), identifiers: count("identifier#") };
}

function tableOf(
  title: string,
  { inside, failed }: Signed,
  records: readonly InvokeRecord[],
  counted: Readonly<Record<string, number>>,
): BenchTable {
  const inMs = records.map(({ durationMs }) => durationMs);
  const queued = records.map(({ queuedMs }) => queuedMs);
  const percentiles = (values: readonly number[]) => [50, 95, 99, 100].map((percent) => percentile(values, percent));
  return {
    title: `${title}: ${inside.length} let in, ${failed.length} told to try again`,
    columns: ["p50 ms", "p95 ms", "p99 ms", "most ms"],
    rows: [
      { name: "inside the environment", values: percentiles(inMs) },
      { name: "waiting for one", values: percentiles(queued) },
    ],
    ratios: [
      { name: "p99 inside / the platform's 5 s", value: percentile(inMs, 99) / platformMs, target: 1 },
      ...Object.entries(counted).map(([what, value]) => ({ name: what, value, target: 0 })),
    ],
  };
}

function withRetries(table: BenchTable, { failed }: Signed, tries: number): BenchTable {
  const ratios = [
    ...table.ratios,
    { name: "told to try again", value: failed.length },
    { name: "tries until all were in", value: tries },
  ];
  return { ...table, ratios };
}

/** @param percent By the nearest rank; 100 is the most. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

/** A real PostgreSQL, which can be restarted on its port. */
function restartable(): BenchSource & { restart(): Promise<void> } {
  let server: PostgresServer | undefined;
  return {
    name: "postgres",
    hashed: true,
    drivers: ["pg"],
    async start(people) {
      const started = await startPostgres();
      server = started;
      const index = "create unique index users_email on users (lower(email))";
      await started.sql([...(await usersSql(people)), index, "analyze users"].join(";\n"));
      await started.sql("create role reader login password 'reader'; grant select on users to reader");
      const [row] = await started.sql("show server_version");
      const url = started.url({ user: "reader", password: "reader" });
      return {
        setting: `PostgreSQL ${String(row?.server_version).split(" ")[0]}, the embedded DynamoDB`,
        secret: url,
        environment: { BENCH_URL: url },
        stop: () => started.stop(),
      };
    },
    restart: async () => server?.restart(),
  };
}
