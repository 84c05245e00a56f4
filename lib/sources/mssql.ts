import type { LegacySource, SecretRef } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import { openMssqlConnection } from "../protocols/mssql-connection.ts";
import { mssqlDialect } from "../protocols/mssql-dialect.ts";
import { type ServerTls, tlsFaults } from "../protocols/server-tls.ts";
import { connectionFaults, sqlSettingFaults } from "../protocols/sql-settings.ts";
import { type SqlSettings, sqlSource } from "../protocols/sql-source.ts";

/** Statements with `@name`; `find` has `@identifier`. */
export interface MssqlSettings extends SqlSettings {
  /** Default "mssql". Needed where two sources are SQL Server. */
  readonly name?: string;
  /** A URL, `mssql://user:password@host:1433/database`, or the JSON that Amazon RDS keeps in Secrets Manager. */
  readonly connection: SecretRef;
  /** Verified TLS unless it is turned off by its name. */
  readonly tls?: ServerTls;
}

/** A SQL Server or Azure SQL database, asked by the adopter's own SQL. One connection per environment. */
export function mssql(settings: MssqlSettings): LegacySource {
  const { name = "mssql", connection, tls } = settings;
  const source = sqlSource(name, settings, mssqlDialect, openMssqlConnection(name, connection, tls ?? {}));
  return withSettingFaults(source, [
    ...connectionFaults(connection),
    ...tlsFaults(tls),
    ...sqlSettingFaults(settings, mssqlDialect),
  ]);
}
