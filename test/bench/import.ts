import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { startDynamoDb } from "../../lib/local/dynamodb/dynamodb.ts";
import { closeNow, listenOnLoopback } from "../../lib/local/loopback.ts";
import { createLedgerTable } from "../../lib/local/run/ledger-table.ts";
import { findDynamoDbLocal, startDynamoDbLocal } from "../support/dynamodb-local.ts";
import { writeImportFiles } from "./import-files.ts";
import type { ImportSample } from "./import-process.ts";
import { median } from "./median.ts";
import type { BenchOptions, BenchResult, BenchTable } from "./result.ts";

const width = 16;
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** Importing into the vault, against a bare writer that makes the same transactions by the same SDK, as many at once. */
export async function benchImport({ rounds = 5 }: BenchOptions = {}): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), "samekey-bench-"));
  try {
    const [many, few] = [await writeImportFiles(folder, 20_000), await writeImportFiles(folder, 2000)];
    return {
      name: "import",
      how: `each import in a process of its own, in turns; medians of ${rounds} rounds; the same transactions, ${width} at once. Samekey reads, maps and checks each user, looks for duplicates and rows, seals, and writes checkpoints besides`,
      setting: "NDJSON with bcrypt hashes into the vault",
      tables: [
        await compare("a server that only answers, 20,000 users", many.ndjson, startNothing, rounds),
        await compare("the local DynamoDB, 2,000 users", few.ndjson, startLocal, rounds),
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Server {
  readonly endpoint: string;
  stop(): Promise<void>;
}

async function compare(title: string, file: string, start: () => Promise<Server>, rounds: number): Promise<BenchTable> {
  const samples = { samekey: [] as ImportSample[], bare: [] as ImportSample[] };
  for (let round = 0; round < rounds; round += 1) {
    // Whoever begins has the cooler machine.
    for (const who of round % 2 === 0 ? (["samekey", "bare"] as const) : (["bare", "samekey"] as const)) {
      const server = await start();
      try {
        samples[who].push(await measure(who, file, server.endpoint));
      } finally {
        await server.stop();
      }
    }
  }
  const of = (who: keyof typeof samples, take: (one: ImportSample) => number) => median(samples[who].map(take));
  const rate = ({ users, wallMs }: ImportSample) => users / (wallMs / 1000);
  const cpu = ({ users, cpuMs }: ImportSample) => cpuMs * (1000 / users);
  const row = (who: keyof typeof samples, name: string) => ({
    name,
    values: [of(who, rate), of(who, cpu), of(who, ({ peakMb }) => peakMb)],
  });
  return {
    title,
    columns: ["users/s", "CPU us/user", "peak MB"],
    rows: [row("samekey", "samekey"), row("bare", "bare SDK writer")],
    ratios: [
      { name: "bare / samekey, users a second", value: of("bare", rate) / of("samekey", rate), target: 1 / 0.9 },
      { name: "samekey / bare, CPU a user", value: of("samekey", cpu) / of("bare", cpu), target: 1.3 },
    ],
  };
}

const table = "bench-ledger";

/** Amazon's own where it is installed, else the embedded one. */
async function startLocal(): Promise<Server> {
  const found = findDynamoDbLocal();
  const local = "jar" in found ? await startDynamoDbLocal(found.jar) : await startDynamoDb();
  const endpoint = typeof local.endpoint === "string" ? local.endpoint : await local.endpoint();
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  await createLedgerTable(client, table);
  client.destroy();
  return { endpoint, stop: () => local.stop() };
}

/** Says yes to everything at once: what is left is the client. */
async function startNothing(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end("{}");
    });
  });
  const port = await listenOnLoopback(server);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => closeNow(server) };
}

function measure(who: "samekey" | "bare", file: string, endpoint: string): Promise<ImportSample> {
  const process = fileURLToPath(new URL("import-process.ts", import.meta.url));
  const child = fork(process, [who, file, table, endpoint, String(width)]);
  return new Promise((resolve, reject) => {
    child.once("message", (sample: ImportSample) => resolve(sample));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the measured process ended without a result (exit code ${code})`)));
  });
}
