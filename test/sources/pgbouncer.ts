import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { freePort } from "../support/postgres-server.ts";
import { missing } from "../support/required.ts";

const binary = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].find((file) => existsSync(file));

export const pgbouncerMissing = missing("PgBouncer", binary !== undefined, "apt-get install pgbouncer");

/** PgBouncer in transaction mode before a server on 127.0.0.1, with one role; answers its port. It ends with the test. */
export async function startPgbouncer(
  serverPort: number,
  role: { readonly user: string; readonly password: string },
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "pgbouncer-"));
  const port = await freePort();
  await writeFile(join(folder, "users.txt"), `"${role.user}" "${role.password}"\n`);
  await writeFile(
    join(folder, "pgbouncer.ini"),
    [
      "[databases]",
      `postgres = host=127.0.0.1 port=${serverPort} dbname=postgres`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = scram-sha-256",
      `auth_file = ${join(folder, "users.txt")}`,
      "pool_mode = transaction",
      "default_pool_size = 1",
      "",
    ].join("\n"),
  );
  const root = process.getuid?.() === 0;
  if (root) {
    const nobody = Number(execFileSync("id", ["-u", "nobody"], { encoding: "utf8" }));
    for (const name of ["", "users.txt", "pgbouncer.ini"]) await chown(join(folder, name), nobody, -1);
  }
  const ini = join(folder, "pgbouncer.ini");
  const [command, args] = root
    ? ["setpriv", ["--reuid=nobody", "--clear-groups", binary ?? "", ini]]
    : [binary ?? "", [ini]];
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });
  await new Promise<void>((resolve, reject) => {
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("process up")) resolve();
    });
    child.once("exit", () => reject(new Error(`PgBouncer ended at its start: ${said}`)));
  });
  return port;
}
