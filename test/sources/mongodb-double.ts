import { readFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { BSON, type Document } from "mongodb";
import type { CertificateFiles } from "../support/postgres-server.ts";
import { type CollectionDouble, collectionDouble } from "./mongodb-collection.ts";
import { type ScramStep, scramConversation } from "./mongodb-scram.ts";
import { speakMongodb } from "./mongodb-wire.ts";

/**
 * A server of MongoDB's protocol with one collection: as much of it as the driver uses here. One answer has all
 * documents; there are no transactions, no replica set, no indexes but unique ones.
 */
export interface MongodbDouble {
  readonly port: number;
  readonly collection: CollectionDouble;
  /** Passwords by user. All of them may do everything. */
  readonly accounts: Map<string, string>;
  /** The commands that are left without an answer, by name: `hello`, `saslStart`, `find`. */
  readonly silent: Set<string>;
  /** Answers to commands by name, or how they are made, instead of the collection's. */
  readonly scripted: Map<string, Document | ((command: Document) => Document)>;
  /** What was asked since the start, in order. */
  readonly asked: readonly Document[];
  /** Connections that are open now: all, and those that have authenticated. */
  open(): number;
  authenticated(): number;
  /** Cuts the connections that have authenticated. */
  cut(): void;
  stop(): Promise<void>;
}

export interface DoubleOptions {
  readonly documents: readonly Document[];
  readonly unique?: readonly string[];
  /** TLS from the first byte on. */
  readonly certificate?: CertificateFiles | undefined;
}

// https://www.mongodb.com/docs/manual/reference/command/hello/
const hello = {
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  // MongoDB 7.0.
  maxWireVersion: 21,
};

export async function startMongodbDouble({
  documents,
  unique = [],
  certificate,
}: DoubleOptions): Promise<MongodbDouble> {
  const collection = collectionDouble([...documents], unique);
  const accounts = new Map<string, string>();
  const silent = new Set<string>();
  const scripted: MongodbDouble["scripted"] = new Map();
  const asked: Document[] = [];
  const sockets = new Set<Socket>();
  const known = new Set<Socket>();

  function converse(socket: Socket): void {
    let scram = scramConversation((user) => accounts.get(user));
    const afterStep = (step: ScramStep): Document => {
      if (step.kind === "refused") return failure(18, "AuthenticationFailed", "Authentication failed.");
      if (step.kind === "proved") known.add(socket);
      return { conversationId: 1, done: step.kind === "proved", payload: new BSON.Binary(Buffer.from(step.payload)) };
    };
    speakMongodb(socket, (command) => {
      const [first = ""] = Object.keys(command);
      const name = /^(?:ismaster|isMaster|hello)$/.test(first) ? "hello" : first;
      asked.push(command);
      if (silent.has(name)) return undefined;
      const answer = (): Document => {
        if (name === "hello")
          return { ...hello, ...(command.saslSupportedMechs ? { saslSupportedMechs: ["SCRAM-SHA-256"] } : {}) };
        if (name === "saslStart") {
          scram = scramConversation((user) => accounts.get(user));
          return afterStep(scram.start(textOf(command.payload)));
        }
        if (name === "saslContinue") return afterStep(scram.finish(textOf(command.payload)));
        if (!known.has(socket)) return failure(13, "Unauthorized", "command requires authentication");
        if (name === "ping" || name === "endSessions") return {};
        const told = scripted.get(name);
        return (
          (typeof told === "function" ? told(command) : told) ??
          collection.run(command) ??
          failure(59, "CommandNotFound", `no such command: ${JSON.stringify(name)}`)
        );
      };
      return { ok: 1, ...answer() };
    });
  }

  const accept = (socket: Socket) => {
    sockets.add(socket);
    socket
      .on("error", () => undefined)
      .once("close", () => {
        sockets.delete(socket);
        known.delete(socket);
      });
  };
  const server: Server =
    certificate === undefined
      ? createServer((socket) => {
          accept(socket);
          converse(socket);
        })
      : createTlsServer({ cert: await readFile(certificate.cert), key: await readFile(certificate.key) }, (socket) => {
          accept(socket);
          converse(socket);
        }).on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    collection,
    accounts,
    silent,
    scripted,
    asked,
    open: () => sockets.size,
    authenticated: () => known.size,
    cut() {
      for (const socket of known) socket.destroy();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As a server fails. */
export function failure(code: number, codeName: string, errmsg: string): Document {
  return { ok: 0, code, codeName, errmsg };
}

function textOf(payload: unknown): string {
  return payload instanceof BSON.Binary ? Buffer.from(payload.buffer).toString() : String(payload);
}
