import { readFile } from "node:fs/promises";
import type { ConnectionOptions } from "node:tls";
import type { Client } from "pg";
import { untilAborted } from "../core/deadline.ts";
import { MigrationError } from "../core/errors.ts";
import type { SecretRef } from "../core/ports.ts";
import { parsePostgresAddress } from "./postgres-address.ts";

/** How the server is proved. `ca` is PEM text, `caFile` a file with it (on Lambda, /var/runtime/ca-cert.pem has RDS's). */
export type PostgresTls =
  | { readonly ca?: string; readonly caFile?: string; readonly servername?: string }
  | "insecure-no-tls";

export interface PostgresConnection {
  query(
    sql: string,
    values: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Readonly<Record<string, unknown>>[]>;
  warm(): void;
  close(): Promise<void>;
}

// A host that swallows packets must leave time for a second try within the event's deadline.
const connectMs = 1500;
// Opening during init is not part of any event.
const warmMs = 8000;

/**
 * One connection to PostgreSQL, opened at first use, and opened again when it was lost. A query that the signal aborts
 * takes its connection with it: the socket is destroyed, so that the next query does not read an old answer.
 */
export function openPostgresConnection(name: string, secret: SecretRef, tls: PostgresTls): PostgresConnection {
  let opened: Promise<Client> | undefined;

  function forget(client: Client): void {
    opened = undefined;
    socketOf(client).destroy();
  }

  async function connect(readSecret: (signal: AbortSignal) => Promise<string>, signal: AbortSignal): Promise<Client> {
    const [text, pg, ssl] = await Promise.all([readSecret(signal), import("pg"), readTls(tls)]);
    const client = new pg.default.Client({
      ...parsePostgresAddress(text, secret.name),
      ssl,
      keepAlive: true,
      connectionTimeoutMillis: connectMs,
      application_name: "samekey",
    });
    // Without a listener an idle connection that the server drops would end the process.
    client.on("error", () => forget(client));
    client.on("end", () => {
      opened = undefined;
    });
    try {
      await cutBySignal(client, client.connect(), signal);
    } catch (error) {
      socketOf(client).destroy();
      throw error;
    }
    return client;
  }

  async function open(signal: AbortSignal): Promise<Client> {
    opened ??= connect((one) => secret.read(one), signal).catch((error: unknown) => {
      opened = undefined;
      // Rotated: the text that we hold is old. Fetched afresh once; refused again, it is wrong.
      if (!isRefusedCredential(error)) throw error;
      return connect((one) => secret.refresh(one), signal);
    });
    try {
      return await untilAborted(opened, signal);
    } catch (error) {
      // A failed opening is forgotten, so that the next event tries again.
      opened = undefined;
      throw error;
    }
  }

  async function attempt(sql: string, values: readonly string[], signal: AbortSignal) {
    const client = await open(signal);
    try {
      const result = await cutBySignal(client, client.query({ text: sql, values: [...values] }), signal);
      return result.rows as readonly Readonly<Record<string, unknown>>[];
    } catch (error) {
      if (signal.aborted || isLost(error)) forget(client);
      throw error;
    }
  }

  return {
    async query(sql, values, signal) {
      try {
        return await attempt(sql, values, signal).catch((error: unknown) => {
          // A look-up changes nothing, so it may be asked twice: on a new connection, once, while time is left.
          if (signal.aborted || !isLost(error)) throw error;
          return attempt(sql, values, signal);
        });
      } catch (error) {
        signal.throwIfAborted();
        throw asFault(error, name);
      }
    },
    warm() {
      // A failure here is met again, and told, by the first event.
      open(AbortSignal.timeout(warmMs)).catch(() => undefined);
    },
    async close() {
      const client = await opened?.catch(() => undefined);
      opened = undefined;
      await client?.end();
    },
  };
}

async function readTls(tls: PostgresTls): Promise<ConnectionOptions | false> {
  if (tls === "insecure-no-tls") return false;
  const ca = tls.ca ?? (tls.caFile === undefined ? undefined : await readFile(tls.caFile, "utf8"));
  return {
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
    ...(tls.servername === undefined ? {} : { servername: tls.servername }),
  };
}

/** pg takes no AbortSignal: when ours fires, the socket goes, and pg's own promise ends with it. */
function cutBySignal<T>(client: Client, work: Promise<T>, signal: AbortSignal): Promise<T> {
  const cut = () => socketOf(client).destroy();
  signal.addEventListener("abort", cut, { once: true });
  return untilAborted(work, signal).finally(() => signal.removeEventListener("abort", cut));
}

function socketOf(client: Client): { destroy(): void } {
  return (client as unknown as { readonly connection: { readonly stream: { destroy(): void } } }).connection.stream;
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const refusedCredential: ReadonlySet<string> = new Set(["28P01", "28000"]);
// Class 08 connection exceptions, 57P01-57P03 shutting down or not yet up, 53300 too many connections, 25006 a replica
// after a failover.
const lostStates = /^(08...|57P0[123]|53300|25006)$/;
const lostCodes: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "EPIPE",
  "ECONNREFUSED",
  "ETIMEDOUT",
  "ENOTCONN",
  "ECONNABORTED",
]);
// pg words these itself, without a code.
const lostMessages =
  /^(Connection terminated|Client has encountered a connection error|timeout expired|Client was closed)/;

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "";
}

function isRefusedCredential(error: unknown): boolean {
  return refusedCredential.has(codeOf(error));
}

function isLost(error: unknown): boolean {
  const code = codeOf(error);
  if (lostStates.test(code) || lostCodes.has(code)) return true;
  return code === "" && error instanceof Error && lostMessages.test(error.message);
}

function asFault(error: unknown, name: string): MigrationError {
  if (error instanceof MigrationError) return error;
  const code = codeOf(error);
  if (isRefusedCredential(error)) {
    return new MigrationError("SOURCE_REFUSED_CREDENTIAL", `${name}: the database refused the credential (${code})`, {
      cause: error,
    });
  }
  return new MigrationError("SOURCE_UNAVAILABLE", `${name}: the database failed (${code || "no code"})`, {
    cause: error,
  });
}
