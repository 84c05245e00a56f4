import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { appendFile, chmod, chown, copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, vi } from "vitest";
import { missing } from "./required.ts";

/** A certificate and its key, as files. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** A real PostgreSQL on 127.0.0.1 in a folder of its own: scram-sha-256 for everybody. */
export interface PostgresServer {
  readonly port: number;
  /** A connection secret of this role; `host` is 127.0.0.1 without it. */
  url(role: {
    readonly user: string;
    readonly password: string;
    readonly host?: string;
    readonly port?: number;
  }): string;
  /** Runs SQL as the superuser, on a connection of its own. */
  sql(text: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  alterPassword(user: string, password: string): Promise<void>;
  /** Cuts all connections of this role, as a restart or an administrator does (57P01). */
  cutConnections(user: string): Promise<void>;
  /** How many connections this role has. */
  connections(user: string): Promise<number>;
  /** What new connections are offered from now on; undefined for no TLS. */
  useCertificate(files: CertificateFiles | undefined): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const [binaries] = globSync("/usr/lib/postgresql/*/bin").sort().reverse();

/** Why there is no server here; undefined when there is. */
export const postgresMissing = missing(
  "PostgreSQL",
  binaries !== undefined && existsSync(join(binaries, "initdb")),
  "apt-get install postgresql",
);

const superuser = { user: "postgres", password: "only-for-tests" };

export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "postgres-"));
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, superuser.password);
  const owner =
    process.getuid?.() === 0 ? Number(execFileSync("id", ["-u", "nobody"], { encoding: "utf8" })) : undefined;
  const own = async (file: string) => owner !== undefined && chown(file, owner, -1);
  await own(folder);
  await own(passwordFile);
  const [command, ...before] = owner === undefined ? [] : ["setpriv", "--reuid=nobody", "--clear-groups"];
  const program = (name: string, args: readonly string[]): readonly [string, string[]] => {
    const file = join(binaries ?? "", name);
    return command === undefined ? [file, [...args]] : [command, [...before, file, ...args]];
  };
  execFileSync(
    ...program("initdb", [
      "-D",
      data,
      "-A",
      "scram-sha-256",
      "-U",
      superuser.user,
      `--pwfile=${passwordFile}`,
      "-N",
      "-E",
      "UTF8",
    ]),
    { stdio: "pipe", cwd: folder },
  );
  const port = await freePort();
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: folder,
    fsync: "off",
    max_connections: "40",
  };
  await appendFile(
    join(data, "postgresql.conf"),
    Object.entries({ ...settings, port, ssl_cert_file: "server.crt", ssl_key_file: "server.key" })
      .map(([name, value]) => `${name} = '${value}'\n`)
      .join(""),
  );

  let child = await launch(program("postgres", ["-D", data]), folder);
  // Nothing may be left behind by a test that was killed.
  const killWithUs = () => child.kill("SIGQUIT");
  process.once("exit", killWithUs);

  let reloads = 0;
  const sql = async (text: string, values: readonly unknown[] = []) => {
    const client = new pg.Client({ host: "127.0.0.1", port, database: "postgres", ...superuser });
    await client.connect();
    try {
      return (await client.query(text, [...values])).rows as readonly Readonly<Record<string, unknown>>[];
    } finally {
      await client.end();
    }
  };

  return {
    port,
    url: ({ user, password, host = "127.0.0.1", port: other = port }) =>
      `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${other}/postgres`,
    sql,
    async alterPassword(user, password) {
      await sql(`alter role ${pg.escapeIdentifier(user)} password ${pg.escapeLiteral(password)}`);
    },
    async cutConnections(user) {
      await sql("select pg_terminate_backend(pid, 2000) from pg_stat_activity where usename = $1", [user]);
    },
    async connections(user) {
      const [row] = await sql("select count(*)::int as count from pg_stat_activity where usename = $1", [user]);
      return Number(row?.count);
    },
    async useCertificate(files) {
      if (files !== undefined) {
        for (const [from, name] of [
          [files.cert, "server.crt"],
          [files.key, "server.key"],
        ] as const) {
          const file = join(data, name);
          await copyFile(from, file);
          await chmod(file, 0o600);
          await own(file);
        }
      }
      await sql(`alter system set ssl = ${files === undefined ? "off" : "on"}`);
      // A setting that does nothing here tells when the new ones are in force for new connections.
      const mark = String(1_000_000 + ++reloads);
      await sql(`alter system set log_min_duration_statement = ${mark}`);
      await sql("select pg_reload_conf()");
      await vi.waitFor(async () => {
        const [row] = await sql("select setting from pg_settings where name = 'log_min_duration_statement'");
        expect(row?.setting).toBe(mark);
      });
    },
    async restart() {
      await end(child);
      child = await launch(program("postgres", ["-D", data]), folder);
    },
    async stop() {
      process.off("exit", killWithUs);
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function launch([command, args]: readonly [string, string[]], cwd: string): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
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

/** A fast shutdown: connections are cut, nothing is waited for. */
function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGINT");
  });
}

/** A port on 127.0.0.1 that is free at this moment. */
export function freePort(): Promise<number> {
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
