import type { LegacySource, SecretRef } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import { openPostgresConnection } from "../protocols/postgres-connection.ts";
import { postgresDialect } from "../protocols/postgres-dialect.ts";
import { type ServerTls, tlsFaults } from "../protocols/server-tls.ts";
import { connectionFaults, sqlSettingFaults } from "../protocols/sql-settings.ts";
import { type SqlSettings, sqlSource } from "../protocols/sql-source.ts";

export type { Row } from "../protocols/sql-driver.ts";

/** Statements with `$1`, `$2`; `find` has `$1` alone. */
export interface PostgresSettings extends SqlSettings {
  /** Default "postgres". Needed where two sources are PostgreSQL. */
  readonly name?: string;
  /** A URL, or the JSON that Amazon RDS keeps in Secrets Manager. */
  readonly connection: SecretRef;
  /** Verified TLS unless it is turned off by its name. */
  readonly tls?: ServerTls;
}

/** A PostgreSQL database, asked by the adopter's own SQL. One connection per environment. */
export function postgres(settings: PostgresSettings): LegacySource {
  const { name = "postgres", connection, tls } = settings;
  const source = sqlSource(name, settings, postgresDialect, openPostgresConnection(name, connection, tls ?? {}));
  return withSettingFaults(source, [
    ...connectionFaults(connection),
    ...tlsFaults(tls),
    ...sqlSettingFaults(settings, postgresDialect),
  ]);
}
