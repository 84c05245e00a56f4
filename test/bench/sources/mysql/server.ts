import { rm } from "node:fs/promises";
import { makeCertificates } from "../../../sources/certificates.ts";
import { mariadbMissing, startMariadb } from "../../../support/mariadb-server.ts";
import type { BenchSource } from "../../bench-source.ts";
import { usersSql } from "../../people.ts";

export const mysql: BenchSource = {
  name: "mysql",
  hashed: true,
  drivers: ["mysql2"],
  missing: async () => mariadbMissing,
  async start(people) {
    const { here, folder } = await makeCertificates();
    const server = await startMariadb(here);
    await rm(folder, { recursive: true });
    const index = "create unique index users_email on users (email)";
    for (const statement of [...(await usersSql(people)), index]) await server.sql(`use legacy; ${statement}`);
    const reader = { user: "reader", password: "reader" };
    await server.createAccount(reader, "select");
    const [row] = await server.sql("select version() as version");
    return {
      setting: `MariaDB ${String(row?.version).split("-")[0]}`,
      secret: server.url(reader),
      stop: () => server.stop(),
    };
  },
};
