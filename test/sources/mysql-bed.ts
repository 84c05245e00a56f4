import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import type { LegacySource } from "../../lib/core/ports.ts";
import { type MysqlSettings, mysql } from "../../lib/sources/mysql.ts";
import { type MariadbAccount, type MariadbServer, startMariadb } from "../support/mariadb-server.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { userOf } from "./legacy-users-table.ts";
import { aSecret } from "./postgres-bed.ts";

// Compared byte by byte and without padding, so that only the typed name is found.
const table = `
  use legacy;
  create table users (
    id bigint primary key auto_increment,
    username varchar(190) unique,
    email varchar(320),
    phone varchar(20),
    email_confirmed tinyint(1),
    password_hash varchar(255),
    disabled tinyint(1) not null default 0
  ) character set utf8mb4 collate utf8mb4_nopad_bin;
  insert into users values
    (1, 'ada', 'ada@example.org', '+441234567890', 1, 'a hash', 0),
    (2, 'castor', 'twins@example.org', null, 1, 'a hash', 0),
    (3, 'pollux', 'twins@example.org', null, 1, 'a hash', 0),
    (4, null, 'nameless@example.org', null, 1, 'a hash', 0),
    (5, 'sparse', 'sparse@example.org', null, null, null, 0);
  create table folding (id int primary key, username varchar(50)) character set utf8mb4 collate utf8mb4_general_ci;
  insert into folding values (1, 'josé');
`;
export const statements = {
  byEmail: "select * from users where lower(email) = :identifier",
  byPhone: "select * from users where phone = ?",
  byUsername: "select * from users where username = :identifier -- what is typed?",
  byId: "select * from users where cast(id as char) = :identifier",
};

/** A MariaDB with the table of users, for the tests of one suite. It offers TLS with `certificates.here`. */
export interface MysqlBed {
  readonly server: MariadbServer;
  readonly certificates: Certificates;
  /** An account that may read, and one that may write too. */
  readonly everyday: MariadbAccount;
  readonly writer: MariadbAccount;
  settings(overrides?: Partial<MysqlSettings>): MysqlSettings;
  /** A source over TLS, closed after the test. */
  aMysql(overrides?: Partial<MysqlSettings>): LegacySource;
}

/** Called in a suite: starts before its tests and stops after them. */
export function mysqlBed(): MysqlBed {
  let opened: Pick<MysqlBed, "server" | "certificates"> | undefined;
  const now = () => opened ?? expect.unreachable("asked before the suite began");
  const everyday = { user: "everyday", password: "pa'ss /?#%\"\\" };
  const writer = { user: "writer", password: "writer" };

  beforeAll(async () => {
    const certificates = await makeCertificates();
    const server = await startMariadb(certificates.here);
    opened = { server, certificates };
    await server.sql(table);
    await server.createAccount(everyday, "select");
    await server.createAccount(writer, "select, insert, update, delete");
  });
  afterAll(async () => {
    await now().server.stop();
    await rm(now().certificates.folder, { recursive: true });
  });

  const settings = (overrides: Partial<MysqlSettings> = {}): MysqlSettings => ({
    connection: aSecret(now().server.url(everyday)),
    tls: { ca: now().certificates.ca, servername: "localhost" },
    find: statements,
    user: userOf,
    ...overrides,
  });
  return {
    get server() {
      return now().server;
    },
    get certificates() {
      return now().certificates;
    },
    everyday,
    writer,
    settings,
    aMysql(overrides) {
      const source = mysql(settings(overrides));
      onTestFinished(() => source.close?.());
      return source;
    },
  };
}
