import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, escape as quoted } from "mysql2/promise";
import { type CertificateFiles, freePort } from "./postgres-server.ts";
import { missing } from "./required.ts";

export interface MariadbAccount {
  readonly user: string;
  readonly password: string;
}

/** A real MariaDB on 127.0.0.1 in a folder of its own, that offers TLS with the given certificate. */
export interface MariadbServer {
  readonly port: number;
  /** A connection secret of this account on the database `legacy`. */
  url(account: MariadbAccount, where?: { readonly host?: string; readonly port?: number }): string;
  /** Runs SQL as the superuser, on a connection of its own. */
  sql(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** An account with these grants on the database, and its own limits. */
  createAccount(account: MariadbAccount, grants: string, limits?: string): Promise<void>;
  connections(user: string): Promise<number>;
  cutConnections(user: string): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const [program] = ["/usr/sbin/mariadbd", "/usr/local/sbin/mariadbd"].filter((file) => existsSync(file));
const [installer] = ["/usr/bin/mariadb-install-db", "/usr/local/bin/mariadb-install-db"].filter((file) =>
  existsSync(file),
);

/** Why there is no server here; undefined when there is. */
export const mariadbMissing = missing(
  "MariaDB",
  program !== undefined && installer !== undefined,
  "apt-get install mariadb-server",
);

export async function startMariadb(certificate: CertificateFiles, options: readonly string[] = []) {
  const folder = await mkdtemp(join(tmpdir(), "mariadb-"));
  const data = join(folder, "data");
  // The server does not run as root.
  const root = process.getuid?.() === 0;
  const owner = root ? Number(execFileSync("id", ["-u", "nobody"], { encoding: "utf8" })) : undefined;
  const as = root ? ["--user=nobody"] : [];
  await chmod(folder, 0o755);
  for (const [from, name] of [
    [certificate.cert, "server.crt"],
    [certificate.key, "server.key"],
  ] as const) {
    await copyFile(from, join(folder, name));
    if (owner !== undefined) await chown(join(folder, name), owner, -1);
  }
  if (owner !== undefined) await chown(folder, owner, -1);
  execFileSync(
    installer ?? "",
    ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", "--skip-test-db", ...as],
    { stdio: "pipe", cwd: folder },
  );
  const port = await freePort();
  const args = [
    "--no-defaults",
    `--datadir=${data}`,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
    `--socket=${join(folder, "m.sock")}`,
    `--ssl-cert=${join(folder, "server.crt")}`,
    `--ssl-key=${join(folder, "server.key")}`,
    "--innodb-flush-log-at-trx-commit=0",
    "--skip-name-resolve",
    ...as,
    ...options,
  ];
  let child = await launch(args, folder);
  // Nothing may be left behind by a test that was killed.
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);

  const sql = async (text: string) => {
    const connection = await createConnection({
      socketPath: join(folder, "m.sock"),
      user: "root",
      multipleStatements: true,
    });
    try {
      const [rows] = await connection.query(text);
      return (Array.isArray(rows) ? rows : []) as readonly Readonly<Record<string, unknown>>[];
    } finally {
      await connection.end();
    }
  };
  await sql("create database legacy character set utf8mb4");

  const server: MariadbServer = {
    port,
    url: ({ user, password }, { host = "127.0.0.1", port: other = port } = {}) =>
      `mysql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${other}/legacy`,
    sql,
    async createAccount({ user, password }, grants, limits = "") {
      await sql(`create user ${quoted(user)}@'127.0.0.1' identified by ${quoted(password)} ${limits}`);
      await sql(`grant ${grants} on legacy.* to ${quoted(user)}@'127.0.0.1'`);
    },
    async connections(user) {
      const where = `user = ${quoted(user)}`;
      const [row] = await sql(`select count(*) as count from information_schema.processlist where ${where}`);
      return Number(row?.count);
    },
    async cutConnections(user) {
      await sql(`kill hard user ${quoted(user)}`);
    },
    async restart() {
      await end(child);
      child = await launch(args, folder);
    },
    async stop() {
      process.off("exit", killWithUs);
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
  return server;
}

function launch(args: readonly string[], cwd: string): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(program ?? "", args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (text: string) => {
      said = `${said}${text}`.slice(-4000);
      if (said.includes("ready for connections")) resolve(child);
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`MariaDB ended at its start: ${said}`)));
  });
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    // Its data is thrown away; a clean shutdown takes seconds, a restart recovers in less.
    child.kill("SIGKILL");
  });
}
