import type { Client } from "pg";
import { untilAborted } from "../core/deadline.ts";
import type { SecretRef } from "../core/ports.ts";
import { parsePostgresAddress } from "./postgres-address.ts";
import { asFault, isLost, isRefusedCredential } from "./postgres-failures.ts";
import { beginOpening, type Opening } from "./postgres-opening.ts";
import { type PostgresTls, readPostgresTls } from "./postgres-tls.ts";

export interface PostgresConnection {
  /** @throws MigrationError SOURCE_UNAVAILABLE, SOURCE_REFUSED_CREDENTIAL; the signal's reason when it aborted. */
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
// A connection that slept for longer may be dead without a sign: a firewall forgot it, the database failed over.
const trustedMs = 30_000;
const proofMs = 700;
// How long a server may take to say goodbye.
const closeMs = 500;

/**
 * One connection to PostgreSQL, opened at first use, and opened again when it was lost. A query that the signal aborts
 * takes its connection with it: the socket is destroyed, so that the next query does not read an old answer.
 * @param now Monotonic, milliseconds.
 */
export function openPostgresConnection(
  name: string,
  secret: SecretRef,
  tls: PostgresTls,
  now: () => number = () => performance.now(),
): PostgresConnection {
  let current: Opening<Client> | undefined;
  let usedAt = 0;
  let turn: Promise<unknown> = Promise.resolve();

  function begin(): Opening<Client> {
    // Only its own: a connection that ends late must not take the next one with it.
    const release = () => {
      if (current === opening) current = undefined;
    };
    const opening = beginOpening((signal) => connectBySecret(release, signal), release);
    return opening;
  }

  async function connectBySecret(onEnd: () => void, signal: AbortSignal): Promise<Client> {
    // The driver is loaded while the secret is on its way.
    const [text] = await Promise.all([secret.read(signal), import("pg")]);
    try {
      return await connect(text, onEnd, signal);
    } catch (error) {
      if (!isRefusedCredential(error)) throw error;
      // Rotated, so the text that we hold is old. Fetched afresh once; the same again would only be refused again.
      const fresh = await secret.refresh(signal);
      if (fresh === text) throw error;
      return connect(fresh, onEnd, signal);
    }
  }

  async function connect(text: string, onEnd: () => void, signal: AbortSignal): Promise<Client> {
    const address = parsePostgresAddress(text, secret.name);
    const [pg, ssl] = await Promise.all([import("pg"), readPostgresTls(name, tls)]);
    const client = new pg.default.Client({
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
    client.once("end", onEnd);
    usedAt = now();
    return client;
  }

  async function attempt(sql: string, values: readonly string[], signal: AbortSignal) {
    current ??= begin();
    const opening = current;
    const client = await opening.wait(signal);
    // At once, so that the next query does not get a connection that is about to end.
    const drop = () => {
      if (current === opening) current = undefined;
      socketOf(client).destroy();
    };
    return inTurn(signal, async () => {
      try {
        if (now() - usedAt > trustedMs) await prove(client, drop, signal);
        const result = await cutBySignal(drop, client.query({ text: sql, values: [...values] }), signal);
        usedAt = now();
        return result.rows as readonly Readonly<Record<string, unknown>>[];
      } catch (error) {
        if (isLost(error)) drop();
        throw error;
      }
    });
  }

  /** One query at a time: who gives up in the queue must not cut the query of somebody else. */
  function inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const mine = turn.then(() => {
      signal.throwIfAborted();
      return work();
    });
    turn = mine.catch(() => undefined);
    return untilAborted(mine, signal);
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
      current ??= begin();
      // A failure here is met again, and told, by the first event.
      current.wait(AbortSignal.timeout(warmMs)).catch(() => undefined);
    },
    async close() {
      const opening = current;
      current = undefined;
      const client = await opening?.end();
      if (client === undefined) return;
      await untilAborted(client.end(), AbortSignal.timeout(closeMs)).catch(() => socketOf(client).destroy());
    },
  };
}

/** Asks for a sign of life; a connection that gives none in time is lost. */
async function prove(client: Client, drop: () => void, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.timeout(proofMs);
  await cutBySignal(drop, client.query("select 1"), AbortSignal.any([signal, limit])).catch((error: unknown) => {
    throw limit.aborted ? new Error("Connection terminated: no sign of life", { cause: error }) : error;
  });
}

/** pg takes no AbortSignal: when ours fires, the socket goes, and pg's own promise ends with it. */
function cutBySignal<T>(cut: () => void, work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) cut();
  signal.addEventListener("abort", cut, { once: true });
  return untilAborted(work, signal).finally(() => signal.removeEventListener("abort", cut));
}

function socketOf(client: Client): { destroy(): void } {
  return (client as unknown as { readonly connection: { readonly stream: { destroy(): void } } }).connection.stream;
}
