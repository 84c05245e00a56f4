/// <reference path="./pg-client.d.ts" />
import type { Client } from "pg";
import type { SecretRef } from "../core/ports.ts";
import { asFault, isLost, isRefusedCredential } from "./postgres-failures.ts";
import { readPostgresTls } from "./postgres-tls.ts";
import type { ServerTls } from "./server-tls.ts";
import { cutBySignal } from "./single-connection.ts";
import { parseSqlAddress } from "./sql-address.ts";
import { openSqlConnection } from "./sql-connection.ts";
import type { Row, SqlConnection } from "./sql-driver.ts";

// A host that swallows packets must leave time for a second try within the event's deadline.
const connectMs = 1500;
// The client alone: pg itself loads its pool too, which one connection has no use for, at every cold start.
const loadClient = () => import("pg/lib/client.js");

/**
 * One connection to PostgreSQL.
 * @param now Monotonic, milliseconds.
 */
export function openPostgresConnection(
  name: string,
  secret: SecretRef,
  tls: ServerTls,
  now: () => number = () => performance.now(),
): SqlConnection {
  async function connect(text: string, signal: AbortSignal): Promise<Client> {
    const address = parseSqlAddress(text, secret.name, { schemes: ["postgres", "postgresql"], port: 5432 });
    const [{ default: PgClient }, ssl] = await Promise.all([loadClient(), readPostgresTls(name, tls)]);
    const client = new PgClient({
      ...address,
      ssl,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: connectMs,
      application_name: "samekey",
    });
    // Without a listener an idle connection that the server drops would end the process.
    client.on("error", () => socketOf(client).destroy());
    try {
      await cutBySignal(() => socketOf(client).destroy(), client.connect(), signal);
    } catch (error) {
      socketOf(client).destroy();
      throw error;
    }
    return client;
  }

  return openSqlConnection<Client>(
    secret,
    {
      load: loadClient,
      connect,
      onEnd: (client, listener) => client.once("end", listener),
      async run(client, sql, values) {
        // pg would write a Date in this machine's zone, which a column without a zone keeps.
        const sent = values.map((value) => (value instanceof Date ? value.toISOString() : value));
        const { rows, rowCount } = await client.query({ text: sql, values: sent });
        return { rows: rows as readonly Row[], affected: rowCount ?? 0 };
      },
      transaction: (client, step) => client.query(step),
      end: (client) => client.end(),
      destroy: (client) => socketOf(client).destroy(),
      isLost,
      isRefusedCredential,
      asFault: (error) => asFault(error, name),
    },
    now,
  );
}

function socketOf(client: Client): { destroy(): void } {
  return (client as unknown as { readonly connection: { readonly stream: { destroy(): void } } }).connection.stream;
}
