import { once } from "node:events";
import { connect as connectSocket, type Socket } from "node:net";
import type { Connection, ConnectionConfiguration, Request } from "tedious";
import { MigrationError } from "../core/errors.ts";
import type { SecretRef } from "../core/ports.ts";
import { asFault, isLost, isRefusedCredential } from "./mssql-failures.ts";
import { readAuthorities, type ServerTls } from "./server-tls.ts";
import { cutBySignal } from "./single-connection.ts";
import { parseSqlAddress } from "./sql-address.ts";
import { openSqlConnection } from "./sql-connection.ts";
import type { Row, SqlAnswer, SqlConnection, SqlValue } from "./sql-driver.ts";

type Tedious = typeof import("tedious");

interface Client {
  readonly tedious: Tedious;
  readonly connection: Connection;
  readonly socket: Socket;
}

// A host that swallows packets must leave time for a second try within the event's deadline.
const connectMs = 1500;
// The type of the packet that logs in: MS-TDS 2.2.3.1.1.
const loginPacket = 0x10;

/**
 * One connection to SQL Server or Azure SQL. Values are sent apart from the statement (sp_executesql).
 * @param now Monotonic, milliseconds.
 */
export function openMssqlConnection(
  name: string,
  secret: SecretRef,
  tls: ServerTls,
  now: () => number = () => performance.now(),
): SqlConnection {
  async function connect(text: string, signal: AbortSignal): Promise<Client> {
    const address = parseSqlAddress(text, secret.name, { schemes: ["mssql", "sqlserver"], port: 1433 });
    const proven = tls === "insecure-no-tls" ? undefined : tls;
    const ca = proven === undefined ? undefined : await readAuthorities(name, proven);
    const tedious = await import("tedious");
    signal.throwIfAborted();
    const socket = connectSocket({ host: address.host, port: address.port, noDelay: true });
    // Before tedious listens, an error would end the process.
    socket.on("error", () => undefined);
    const encrypted = proven === undefined ? undefined : refusePlainLogin(socket, name);
    const config: ConnectionConfiguration = {
      server: address.host,
      authentication: { type: "default", options: { userName: address.user, password: address.password } },
      options: {
        port: address.port,
        database: address.database,
        encrypt: proven !== undefined,
        trustServerCertificate: false,
        ...(proven?.servername === undefined ? {} : { serverName: proven.servername }),
        cryptoCredentialsDetails: { minVersion: "TLSv1.2", ...(ca === undefined ? {} : { ca }) },
        connector: async () => {
          if (socket.connecting) await once(socket, "connect");
          if (socket.destroyed) throw Object.assign(new Error("the socket is closed"), { code: "ESOCKET" });
          return socket;
        },
        connectTimeout: connectMs,
        // The event's own signal is the limit.
        requestTimeout: 0,
        maxRetriesOnTransientErrors: 0,
        appName: "samekey",
        rowCollectionOnRequestCompletion: true,
      },
    };
    const connection = new tedious.Connection(config);
    // Without a listener an idle connection that the server drops would end the process.
    connection.on("error", () => socket.destroy());
    if (encrypted !== undefined) connection.once("secure", encrypted);
    const opening = new Promise<void>((resolve, reject) => {
      socket.once("close", () => reject(socket.errored ?? lost("the socket is closed")));
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    try {
      await cutBySignal(() => socket.destroy(), opening, signal);
    } catch (error) {
      socket.destroy();
      // tedious takes a socket that we ended for a line that broke.
      throw socket.errored instanceof MigrationError ? socket.errored : error;
    }
    return { tedious, connection, socket };
  }

  return openSqlConnection<Client>(
    secret,
    {
      load: () => import("tedious"),
      connect,
      onEnd: ({ socket }, listener) => socket.once("close", listener),
      run: ({ tedious, connection }, sql, values) =>
        ask(tedious, sql, values, (request) => connection.execSql(request)),
      transaction: ({ connection }, step) => inTransaction(connection, step),
      async end({ connection, socket }) {
        connection.close();
        socket.destroy();
      },
      destroy: ({ socket }) => socket.destroy(),
      isLost,
      isRefusedCredential,
      asFault: (error) => asFault(error, name),
    },
    now,
  );
}

/**
 * Ends a connection on which the login would go out in the clear. tedious asks for TLS, and goes on without it when the
 * answer says that the server has none; anybody on the way can say so.
 * @returns what to call when TLS stands: from then on the bytes are no packets, and any may come first.
 */
function refusePlainLogin(socket: Socket, name: string): () => void {
  const original = socket.write;
  const write = original.bind(socket) as (...args: readonly unknown[]) => boolean;
  const guarded = (...args: readonly unknown[]): boolean => {
    const [chunk] = args;
    if (!(chunk instanceof Uint8Array) || chunk[0] === loginPacket) {
      const why = "the server offers no TLS, and TLS is asked for";
      socket.destroy(new MigrationError("SOURCE_UNAVAILABLE", `${name}: ${why}`));
      return false;
    }
    return write(...args);
  };
  socket.write = guarded as Socket["write"];
  return () => {
    socket.write = original;
  };
}

function ask(
  { Request, TYPES }: Tedious,
  sql: string,
  values: readonly SqlValue[],
  send: (request: Request) => void,
): Promise<SqlAnswer> {
  return new Promise((resolve, reject) => {
    const request = new Request(sql, (error, affected, rows: readonly (readonly Column[])[] = []) => {
      if (error !== undefined && error !== null) reject(error);
      else resolve({ rows: rows.map(readRow), affected: affected ?? 0 });
    });
    for (const [place, value] of values.entries()) {
      request.addParameter(`p${place}`, typeOf(value, TYPES), value);
    }
    send(request);
  });
}

function typeOf(value: SqlValue, types: Tedious["TYPES"]) {
  // In UTC. DateTimeOffset would add this machine's zone, and a column without an offset keep the time there.
  if (value instanceof Date) return types.DateTime2;
  if (typeof value === "boolean") return types.Bit;
  if (typeof value !== "number") return types.NVarChar;
  return Number.isInteger(value) ? types.BigInt : types.Float;
}

interface Column {
  readonly value: unknown;
  readonly metadata: { readonly colName: string };
}

// From entries: a column called `__proto__` is a name like any other here.
function readRow(columns: readonly Column[]): Row {
  return Object.fromEntries(columns.map(({ value, metadata }) => [metadata.colName, value]));
}

function inTransaction(connection: Connection, step: "begin" | "commit" | "rollback"): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null | undefined) => (error ? reject(error) : resolve());
    if (step === "begin") connection.beginTransaction(done);
    else if (step === "commit") connection.commitTransaction(done);
    else connection.rollbackTransaction(done);
  });
}

function lost(message: string): Error {
  return Object.assign(new Error(message), { code: "ECLOSE" });
}
