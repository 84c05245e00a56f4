import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLegacyDatabase } from "../../../../lib/local/legacy-database/legacy-database.ts";
import { postgresMissing, startPostgres } from "../../../support/postgres-server.ts";
import type { BenchServer, BenchSource } from "../../bench-source.ts";
import { usersSql } from "../../people.ts";

/** The machine's PostgreSQL, asked as in production (scram-sha-256), or else PGlite, which the newcomer has anyway. */
export const postgres: BenchSource = {
  name: "postgres",
  hashed: true,
  drivers: ["pg"],
  async start(people) {
    const index = "create unique index users_email on users (lower(email))";
    const sql = [...(await usersSql(people)), index, "analyze users"].join(";\n");
    return postgresMissing === undefined ? startReal(sql) : startPglite(sql);
  },
};

async function startReal(sql: string): Promise<BenchServer> {
  const server = await startPostgres();
  await server.sql(sql);
  await server.sql("create role reader login password 'reader'; grant select on users to reader");
  const [row] = await server.sql("show server_version");
  const url = server.url({ user: "reader", password: "reader" });
  return {
    setting: `PostgreSQL ${String(row?.server_version).split(" ")[0]}`,
    secret: url,
    environment: { BENCH_URL: url },
    stop: () => server.stop(),
  };
}

async function startPglite(sql: string): Promise<BenchServer> {
  const folder = await mkdtemp(join(tmpdir(), "samekey-bench-database-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const file = join(folder, "legacy.sql");
    await writeFile(file, sql);
    const { url, stop } = await startLegacyDatabase(file);
    const environment = { BENCH_URL: url };
    return { setting: "PGlite", secret: url, environment, stop: () => stop().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
