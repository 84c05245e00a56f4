import { connect as connectSocket, isIP, type Socket } from "node:net";
import type { Connection } from "mysql2/promise";
import { MigrationError } from "../core/errors.ts";
import type { SecretRef } from "../core/ports.ts";
import { asFault, isLost, isRefusedCredential } from "./mysql-failures.ts";
import { readAuthorities, type ServerTls } from "./server-tls.ts";
import { cutBySignal } from "./single-connection.ts";
import { parseSqlAddress } from "./sql-address.ts";
import { openSqlConnection } from "./sql-connection.ts";
import type { Row, SqlAnswer, SqlConnection, SqlValue } from "./sql-driver.ts";

interface Client {
  readonly connection: Connection;
  /** Ours, because mysql2's own `destroy` waits for the other side to hang up. */
  readonly socket: Socket;
}

// A host that swallows packets must leave time for a second try within the event's deadline.
const connectMs = 1500;

/**
 * One connection to MySQL or MariaDB.
 *
 * Statements are prepared on the server and their values sent apart from them (mysql2's `execute`). `query` would write
 * the values into the statement with backslashes, which is an injection under the server's mode NO_BACKSLASH_ESCAPES; a
 * client cannot see that mode behind a proxy. The price: RDS Proxy keeps the server's connection for the session that
 * has a prepared statement. That is one here, as it is one connection per environment.
 * @param now Monotonic, milliseconds.
 */
export function openMysqlConnection(
  name: string,
  secret: SecretRef,
  tls: ServerTls,
  now: () => number = () => performance.now(),
): SqlConnection {
  async function connect(text: string, signal: AbortSignal): Promise<Client> {
    const { host, port, ...who } = parseSqlAddress(text, secret.name, { schemes: ["mysql", "mariadb"], port: 3306 });
    const proven = tls === "insecure-no-tls" ? undefined : { name: provenName(name, tls, host), tls };
    const ca = proven === undefined ? undefined : await readAuthorities(name, proven.tls);
    const { createConnection } = await import("mysql2/promise");
    signal.throwIfAborted();
    const socket = connectSocket({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 });
    const opening = createConnection({
      ...who,
      // The name that the certificate is checked against; the socket is connected already.
      host: proven?.name ?? host,
      port,
      stream: () => socket,
      ...(proven === undefined
        ? {}
        : {
            ssl: {
              rejectUnauthorized: true,
              verifyIdentity: true,
              minVersion: "TLSv1.2",
              ...(ca === undefined ? {} : { ca }),
            },
          }),
      connectTimeout: connectMs,
      charset: "utf8mb4",
      // A bigint that a number cannot hold comes as text, not as another user's id.
      supportBigNumbers: true,
      timezone: "Z",
      multipleStatements: false,
      // A server may otherwise ask for a file of this machine.
      flags: ["-LOCAL_FILES"],
    });
    try {
      const connection = await cutBySignal(() => socket.destroy(), opening, signal);
      // Without a listener an idle connection that the server drops would end the process.
      connection.on("error", () => socket.destroy());
      return { connection, socket };
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  return openSqlConnection<Client>(
    secret,
    {
      load: () => import("mysql2/promise"),
      connect,
      onEnd: ({ socket }, listener) => socket.once("close", listener),
      run: ({ connection }, sql, values) => run(connection, sql, values),
      transaction: ({ connection }, step) => connection.query(step),
      end: ({ connection }) => connection.end(),
      destroy: ({ socket }) => socket.destroy(),
      isLost,
      isRefusedCredential,
      asFault: (error) => asFault(error, name),
    },
    now,
  );
}

/** mysql2 checks a certificate against a name alone: for an address it would take "localhost" for the name. */
function provenName(name: string, { servername }: Exclude<ServerTls, string>, host: string): string {
  const proven = servername ?? host;
  if (isIP(proven) === 0) return proven;
  throw new MigrationError(
    "CONFIG_INVALID",
    `${name}: tls.servername has to be the name in the server's certificate, because the host is an address`,
  );
}

async function run(connection: Connection, sql: string, values: readonly SqlValue[]): Promise<SqlAnswer> {
  const [answer] = await connection.execute(sql, values.map(writeValue));
  if (!Array.isArray(answer)) {
    const { affectedRows, insertId } = answer;
    return { rows: [], affected: affectedRows, ...(insertId === 0 ? {} : { insertId: String(insertId) }) };
  }
  // A procedure answers a list of results, the last of them without rows.
  const [first] = answer;
  const rows = (Array.isArray(first) ? first : answer) as readonly Row[];
  return { rows, affected: 0 };
}

function writeValue(value: SqlValue): string | number | boolean | null {
  // In UTC, as times are read; as text, since MariaDB takes neither the T nor the Z of ISO 8601.
  if (value instanceof Date) return value.toISOString().replace("T", " ").replace("Z", "");
  // A whole number as text: mysql2 would send it as a fraction, which `limit` does not take.
  return typeof value === "number" && Number.isInteger(value) ? String(value) : value;
}
