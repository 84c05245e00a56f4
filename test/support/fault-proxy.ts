import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * What a relay does.
 * - pass: hands bytes on. mute: takes connections and bytes, and hands nothing on. drip: one byte of the server's every 20 ms.
 * - refuse: nothing listens, and what was connected is cut.
 */
export type RelayMode = "pass" | "mute" | "drip" | "refuse";

/** A TCP relay on 127.0.0.1 before a server, that can be told to misbehave. */
export interface TcpRelay {
  readonly port: number;
  /** Connections made to it since the start. */
  accepted(): number;
  /** Connections that are open now. */
  open(): number;
  become(mode: RelayMode): Promise<void>;
  /** What is open now hands nothing on any more, as behind a firewall that forgot it; new connections are as before. */
  forgetOpen(): void;
  stop(): Promise<void>;
}

export async function startRelay(targetPort: number, first: RelayMode = "pass"): Promise<TcpRelay> {
  const sockets = new Set<Socket>();
  let mode: RelayMode = "pass";
  let accepted = 0;
  const forgotten = new Set<Socket>();
  const server = createServer((inner) => {
    accepted += 1;
    sockets.add(inner);
    inner.once("close", () => sockets.delete(inner));
    join(inner, connect(targetPort, "127.0.0.1"), () => (forgotten.has(inner) ? "mute" : mode));
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => resolve());
    });
  await listen(0);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  const become = async (next: RelayMode) => {
    mode = next;
    if (next === "refuse" && server.listening) {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.resetAndDestroy();
      await closed;
    }
    if (next !== "refuse" && !server.listening) await listen(port);
  };
  await become(first);
  return {
    port,
    accepted: () => accepted,
    open: () => sockets.size,
    become,
    forgetOpen: () => {
      for (const socket of sockets) forgotten.add(socket);
    },
    stop: () => become("refuse"),
  };
}

function join(inner: Socket, outer: Socket, mode: () => RelayMode): void {
  inner.on("data", (bytes) => {
    if (mode() !== "mute") outer.write(bytes);
  });
  let turn: Promise<unknown> = Promise.resolve();
  const drip = async (bytes: Buffer) => {
    for (const byte of bytes) {
      await sleep(20);
      inner.write(Buffer.of(byte));
    }
  };
  outer.on("data", (bytes: Buffer) => {
    if (mode() === "drip") turn = turn.then(() => drip(bytes));
    else if (mode() !== "mute") inner.write(bytes);
  });
  // Either end takes the other with it; an error is an end here.
  inner.on("error", () => undefined).once("close", () => outer.destroy());
  outer.on("error", () => undefined).once("close", () => inner.destroy());
}
