import { MigrationError } from "../core/errors.ts";
import { type MappedUser, parseLegacyUser } from "../core/legacy-record.ts";
import type { LegacySource, Lookup, SecretRef } from "../core/ports.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";
import { openPostgresConnection } from "../protocols/postgres-connection.ts";
import { type PostgresTls, postgresTlsFields } from "../protocols/postgres-tls.ts";

/** One row, by column name. */
export type Row = Readonly<Record<string, unknown>>;

export interface PostgresSettings {
  /** Default "postgres". Needed where two sources are PostgreSQL. */
  readonly name?: string;
  /** A URL, or the JSON that Amazon RDS keeps in Secrets Manager. */
  readonly connection: SecretRef;
  /** Verified TLS unless it is turned off by its name. */
  readonly tls?: PostgresTls;
  /** Statements with one parameter, `$1`: the canonical identifier (e-mail and, by default, user name in lower case). */
  readonly find: Partial<Record<FindName, string>>;
  readonly user: (row: Row) => MappedUser;
}

type FindName = "byEmail" | "byPhone" | "byUsername" | "byId";

const lookupOf: Readonly<Record<FindName, Lookup["by"]>> = {
  byEmail: "email",
  byPhone: "phone",
  byUsername: "username",
  byId: "id",
};

/** A PostgreSQL database, asked by the adopter's own SQL. One connection per environment. */
export function postgres(settings: PostgresSettings): LegacySource {
  const { name = "postgres", find, user } = settings;
  const connection = openPostgresConnection(name, settings.connection, settings.tls ?? {});
  const statements = new Map(Object.entries(find ?? {}).map(([key, sql]) => [lookupOf[key as FindName], sql]));

  const source: LegacySource = {
    name,
    lookups: [...statements.keys()],
    async find(by, signal) {
      const sql = statements.get(by.by);
      if (sql === undefined) return undefined;
      const rows = await connection.query(sql, [by.by === "id" ? by.typed : by.canonical], signal);
      const [row] = rows;
      if (row === undefined) return undefined;
      // Never "the first row wins": the two may be two people.
      if (rows.length > 1)
        throw new MigrationError("RECORD_AMBIGUOUS", `${name}: ${rows.length} rows for one ${by.by}`);
      return parseLegacyUser(mapRow(row), name);
    },
    warm: () => connection.warm(),
    close: () => connection.close(),
  };
  return withSettingFaults(source, settingFaults(settings));

  function mapRow(row: Row): unknown {
    try {
      return user(row);
    } catch (cause) {
      throw new MigrationError("RECORD_UNUSABLE", `${name}: \`user\` threw on a row`, { cause });
    }
  }
}

function settingFaults({ connection, tls, find, user }: PostgresSettings): readonly SettingFault[] {
  const faults: SettingFault[] = [];
  if (typeof connection?.read !== "function") {
    faults.push({
      path: "connection",
      message: 'has to be secret("name of the secret"): where the database is, and who asks',
    });
  }
  faults.push(...tlsFaults(tls));
  const statements = Object.entries(find ?? {});
  if (statements.length === 0) {
    faults.push({
      path: "find",
      message: "no statement; allowed are byEmail, byPhone, byUsername and byId, each SQL with $1",
    });
  }
  for (const [key, sql] of statements) faults.push(...statementFaults(key, sql));
  if (typeof user !== "function") {
    faults.push({
      path: "user",
      message: "has to be a function from a row to { id, username, enabled, attributes, password }",
    });
  }
  return faults;
}

function tlsFaults(tls: unknown): readonly SettingFault[] {
  if (tls === undefined || tls === "insecure-no-tls") return [];
  const allowed = `allowed are { ${postgresTlsFields.join(", ")} } and "insecure-no-tls"`;
  if (typeof tls !== "object" || tls === null) return [{ path: "tls", message: allowed }];
  return Object.entries(tls).flatMap(([field, value]) => {
    const path = `tls.${field}`;
    if (!postgresTlsFields.some((one) => one === field)) return [{ path, message: `no such setting; ${allowed}` }];
    return value === undefined || (typeof value === "string" && value !== "")
      ? []
      : [{ path, message: "has to be a text that is not empty" }];
  });
}

function statementFaults(key: string, sql: unknown): readonly SettingFault[] {
  const path = `find.${key}`;
  if (!Object.hasOwn(lookupOf, key))
    return [{ path, message: `no such statement; there are ${Object.keys(lookupOf).join(", ")}` }];
  if (typeof sql !== "string" || sql.trim() === "") return [{ path, message: "has to be a SQL statement with $1" }];
  // A dollar sign within quotes is text: where hash like '$2a$%'.
  const bare = sql.replace(/'(?:[^']|'')*'/g, "''");
  const parameters = [...new Set(bare.match(/\$[0-9]+/g) ?? [])];
  if (parameters.length === 1 && parameters[0] === "$1") return [];
  return [
    { path, message: `has the parameters ${parameters.join(", ") || "none"}; needed is $1 alone, the identifier` },
  ];
}
