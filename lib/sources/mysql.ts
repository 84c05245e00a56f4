import type { LegacySource, SecretRef } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import { openMysqlConnection } from "../protocols/mysql-connection.ts";
import { mysqlDialect } from "../protocols/mysql-dialect.ts";
import { type ServerTls, tlsFaults } from "../protocols/server-tls.ts";
import { connectionFaults, sqlSettingFaults } from "../protocols/sql-settings.ts";
import { type SqlSettings, sqlSource } from "../protocols/sql-source.ts";

/** Statements with `?` in the order of the parameters, or with `:name`; `find` has `:identifier`. */
export interface MysqlSettings extends SqlSettings {
  /** Default "mysql". Needed where two sources are MySQL. */
  readonly name?: string;
  /** A URL, `mysql://user:password@host:3306/database`, or the JSON that Amazon RDS keeps in Secrets Manager. */
  readonly connection: SecretRef;
  /** Verified TLS unless it is turned off by its name. `servername` is needed where the host is an address. */
  readonly tls?: ServerTls;
}

/** A MySQL or MariaDB database, asked by the adopter's own SQL. One connection per environment. */
export function mysql(settings: MysqlSettings): LegacySource {
  const { name = "mysql", connection, tls } = settings;
  const source = sqlSource(name, settings, mysqlDialect, openMysqlConnection(name, connection, tls ?? {}));
  return withSettingFaults(source, [
    ...connectionFaults(connection),
    ...tlsFaults(tls),
    ...sqlSettingFaults(settings, mysqlDialect),
  ]);
}
