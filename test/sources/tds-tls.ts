import { readFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { createSecureContext, TLSSocket } from "node:tls";
import type { CertificateFiles } from "../support/postgres-server.ts";

/** The beginning of a SQL Server alone: it offers TLS, and ends the connection at the first bytes that come through it. */
export interface TdsTls {
  readonly port: number;
  /** The first byte of what came through TLS, by connection. */
  received(): readonly number[];
  stop(): void;
}

// MS-TDS 2.2.6.5: a table response with VERSION 16.0 and ENCRYPTION: ENCRYPT_ON (1).
const withTls = Buffer.from("0401001a00000100" + "00000b0006" + "0100110001" + "ff" + "100000000000" + "01", "hex");
const preLogin = 0x12;

/** Until TLS stands, its bytes travel within PRELOGIN packets (MS-TDS 2.2.6.5 and 3.2.5.1), then as they are. */
export async function startTdsTls(files: CertificateFiles): Promise<TdsTls> {
  const [cert, key] = await Promise.all([readFile(files.cert), readFile(files.key)]);
  const secureContext = createSecureContext({ cert, key });
  const received: number[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    let raw = false;
    let greeted = false;
    let waiting: Buffer = Buffer.alloc(0);
    let flight: Buffer[] = [];
    // A flight of the handshake is one message, however many pieces it is written in.
    const flush = () => {
      if (flight.length === 0) return;
      const bytes = Buffer.concat(flight);
      flight = [];
      const header = Buffer.from([preLogin, 1, 0, 0, 0, 0, 1, 0]);
      header.writeUInt16BE(bytes.length + 8, 2);
      socket.write(Buffer.concat([header, bytes]));
    };
    const inner = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _, done) => {
        if (raw) socket.write(chunk);
        else {
          flight.push(chunk);
          setImmediate(flush);
        }
        done();
      },
    });
    const secure = new TLSSocket(inner, { isServer: true, secureContext });
    secure.on("error", () => socket.destroy());
    secure.once("data", (bytes: Buffer) => {
      received.push(bytes[0] ?? 0);
      socket.destroy();
    });
    socket.on("data", (bytes: Buffer) => {
      waiting = Buffer.concat([waiting, bytes]);
      while (!raw && waiting[0] === preLogin && waiting.length >= waiting.readUInt16BE(2)) {
        const end = waiting.readUInt16BE(2);
        if (greeted) inner.push(waiting.subarray(8, end));
        else socket.write(withTls);
        greeted = true;
        waiting = waiting.subarray(end);
      }
      raw ||= waiting.length > 0 && waiting[0] !== preLogin;
      if (raw && waiting.length > 0) {
        inner.push(waiting);
        waiting = Buffer.alloc(0);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    received: () => received,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
