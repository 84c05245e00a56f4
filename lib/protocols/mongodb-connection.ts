/// <reference path="./mongodb-internals.d.ts" />
import type { Collection, MongoClient, MongoClientOptions } from "mongodb";
import { MigrationError } from "../core/errors.ts";
import type { SecretRef } from "../core/ports.ts";
import { parseMongodbAddress } from "./mongodb-address.ts";
import { asFault, isLost, isRefusedCredential } from "./mongodb-failures.ts";
import { openMongodbSockets } from "./mongodb-sockets.ts";
import { readAuthorities, type ServerTls } from "./server-tls.ts";
import { cutBySignal, openSingleConnection, type SingleConnection } from "./single-connection.ts";

type Driver = typeof import("mongodb");

/** The collection of users, and the driver that makes its values. */
export interface MongodbUsers {
  readonly driver: Pick<Driver, "BSON" | "Long" | "ObjectId" | "UUID">;
  readonly collection: Collection;
}

interface Client extends MongodbUsers {
  readonly client: MongoClient;
  onEnd(listener: () => void): void;
  destroy(): void;
}

// Each number stands against the four seconds that an event has.
const limits = {
  // A host that swallows packets is given up in time for a second try of the driver's own, which it makes half a second
  // later, and for that of another member of the set.
  connectTimeoutMS: 1000,
  serverSelectionTimeoutMS: 2500,
  // For the one connection: opened and authenticated within this time, or not at all.
  waitQueueTimeoutMS: 2500,
  // Events end by their own signal long before. This is for a page of an import, and for what opens during init.
  socketTimeoutMS: 10_000,
  // No longer than a connection is trusted without a sign of life. More often, every environment would add to the
  // server's work; where an environment sleeps, nothing is sent in any case.
  heartbeatFrequencyMS: 30_000,
} as const satisfies MongoClientOptions;

/**
 * One connection to MongoDB or to what speaks its protocol. Beside it the driver keeps one for each member of a replica
 * set, on which it learns who is primary, without a credential.
 * @param database Instead of the one that the secret names.
 * @param now Monotonic, milliseconds.
 */
export function openMongodbConnection(
  name: string,
  secret: SecretRef,
  { database, collection, tls }: { readonly database?: string; readonly collection: string; readonly tls: ServerTls },
  now: () => number = () => performance.now(),
): SingleConnection<MongodbUsers> {
  async function connect(text: string, signal: AbortSignal): Promise<Client> {
    const address = parseMongodbAddress(text, secret.name);
    const chosen = database ?? address.database;
    if (chosen === undefined) {
      throw new MigrationError("SECRET_INVALID", `the secret ${secret.name} names no database, nor does \`database\``);
    }
    const [driver, { Connection }, protection] = await Promise.all([...load(), readTls(name, tls)]);
    signal.throwIfAborted();
    const sockets = openMongodbSockets(Connection);
    const options: MongoClientOptions & { readonly connectionType: unknown } = {
      ...limits,
      ...protection,
      auth: address.auth,
      appName: "samekey",
      maxPoolSize: 1,
      // Streamed heartbeats need a second connection to each member, and an answer that comes while the environment
      // sleeps is taken for one that is late.
      serverMonitoringMode: "poll",
      // Commands carry e-mail addresses, their answers hashes. A variable of the environment turns the log on otherwise.
      monitorCommands: false,
      mongodbLogComponentSeverities: { command: "off" },
      // Asked once more by us, on a new connection and with the credential as it is then. A change is never sent twice.
      retryReads: false,
      retryWrites: false,
      connectionType: sockets.connectionType,
    };
    const client = makeClient(driver, address.url, options);
    const destroy = () => {
      sockets.destroy();
      topologyOf(client)?.close();
      client.close().catch(() => undefined);
    };
    try {
      await cutBySignal(destroy, client.connect(), signal);
    } catch (error) {
      destroy();
      throw error;
    }
    return {
      client,
      driver,
      collection: client.db(chosen).collection(collection),
      destroy,
      onEnd: (listener) => {
        sockets.onEnd(() => {
          listener();
          destroy();
        });
      },
    };
  }

  function makeClient({ MongoClient }: Driver, url: string, options: MongoClientOptions): MongoClient {
    try {
      return new MongoClient(url, options);
    } catch (error) {
      // The URL has no credential any more.
      const why = error instanceof Error ? error.message : String(error);
      throw new MigrationError("SECRET_INVALID", `the secret ${secret.name}: ${why}`);
    }
  }

  return openSingleConnection<Client>(
    secret,
    {
      load: () => Promise.all(load()),
      connect,
      onEnd: ({ onEnd }, listener) => onEnd(listener),
      prove: ({ client }) => client.db("admin").command({ ping: 1 }),
      end: ({ client }) => client.close(),
      destroy: ({ destroy }) => destroy(),
      isLost,
      isRefusedCredential,
      asFault: (error) => asFault(error, name),
    },
    now,
  );
}

function load() {
  return [import("mongodb"), import("mongodb/lib/cmap/connection.js")] as const;
}

async function readTls(name: string, tls: ServerTls): Promise<MongoClientOptions> {
  if (tls === "insecure-no-tls") return { tls: false };
  const ca = await readAuthorities(name, tls);
  return {
    tls: true,
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
    ...(tls.servername === undefined ? {} : { servername: tls.servername }),
  };
}

/** Closed without a word to the server: `client.close()` alone would first end its sessions, on a new connection. */
function topologyOf(client: MongoClient): { close(): void } | undefined {
  return (client as unknown as { readonly topology?: { close(): void } }).topology;
}
