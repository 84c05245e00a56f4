import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { globSync } from "node:fs";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startLegacyDatabase } from "../../lib/local/legacy-database/legacy-database.ts";

/** The legacy database of a bench, in a process of its own. */
export interface BenchDatabase {
  /** What it is and of which version, for the report. */
  readonly name: string;
  readonly url: string;
  stop(): Promise<void>;
}

const programs = (name: string): string | undefined => globSync(`/usr/lib/postgresql/*/bin/${name}`).sort().at(-1);

/** The machine's PostgreSQL, asked as in production (scram-sha-256), or else PGlite, which the newcomer has anyway. */
export async function startDatabase(sql: string): Promise<BenchDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "samekey-bench-database-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const initdb = programs("initdb");
    const postgres = programs("postgres");
    const database =
      initdb === undefined || postgres === undefined
        ? await startPglite(folder, sql)
        : await startPostgres(folder, initdb, postgres, sql);
    return { ...database, stop: () => database.stop().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function startPglite(folder: string, sql: string): Promise<BenchDatabase> {
  const file = join(folder, "legacy.sql");
  await writeFile(file, sql);
  const database = await startLegacyDatabase(file);
  return { name: "PGlite", url: database.url, stop: () => database.stop() };
}

const role = "postgres";
const rolePassword = "only-for-the-bench";

async function startPostgres(folder: string, initdb: string, postgres: string, sql: string): Promise<BenchDatabase> {
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, rolePassword);
  // PostgreSQL refuses to run as root.
  const asNobody = process.getuid?.() === 0 ? ["setpriv", "--reuid=nobody", "--clear-groups"] : [];
  if (asNobody.length > 0) {
    const nobody = Number(execFileSync("id", ["-u", "nobody"], { encoding: "utf8" }));
    await Promise.all([chown(folder, nobody, -1), chown(passwordFile, nobody, -1)]);
  }
  const command = (...args: readonly string[]): readonly [string, string[]] => {
    const [file = "", ...rest] = [...asNobody, ...args];
    return [file, rest];
  };
  const initdbArgs = ["-D", data, "-A", "scram-sha-256", "-U", role, `--pwfile=${passwordFile}`, "-N", "-E", "UTF8"];
  execFileSync(...command(initdb, ...initdbArgs), { stdio: "pipe", cwd: folder });
  const port = await freePort();
  const settings = { listen_addresses: "127.0.0.1", port, unix_socket_directories: folder, fsync: "off" };
  const settingArgs = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = await launch(command(postgres, "-D", data, ...settingArgs), folder);
  // Nothing is left behind by a bench that was cut short.
  const endWithUs = () => child.kill("SIGQUIT");
  process.once("exit", endWithUs);
  const stop = async () => {
    process.off("exit", endWithUs);
    await end(child);
  };
  const url = `postgres://${role}:${rolePassword}@127.0.0.1:${port}/postgres`;
  try {
    const version = await load(url, sql);
    return { name: `PostgreSQL ${version}`, url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @returns the server's version. */
async function load(url: string, sql: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  const { rows } = await client.query<{ readonly server_version: string }>("show server_version");
  await client.end();
  return rows[0]?.server_version.split(" ")[0] ?? "";
}

function launch([file, args]: readonly [string, string[]], cwd: string): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (text: string) => {
      said = `${said}${text}`.slice(-4000);
      if (said.includes("ready to accept connections")) resolve(child);
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`PostgreSQL ended at its start: ${said}`)));
  });
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGINT");
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" ? address?.port : undefined;
      probe.close(() => (port === undefined ? reject(new Error("no free port")) : resolve(port)));
    });
  });
}
