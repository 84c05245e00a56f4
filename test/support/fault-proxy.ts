import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * What a proxy does with the connections through it.
 * - pass: hands bytes on. mute: takes connections and bytes, and hands nothing on. deaf: hands on what the client says, and
 *   nothing of the server's. drip: one byte of the server's every 20 ms.
 * - refuse: nothing listens, and what was connected is cut. reset: takes connections, and cuts each at once.
 * - delayMs: each way takes so much longer. cutAfter: cuts a connection behind so many of the server's bytes.
 */
export type ProxyMode =
  | "pass"
  | "mute"
  | "deaf"
  | "drip"
  | "refuse"
  | "reset"
  | { readonly delayMs: number }
  | { readonly cutAfter: number };

/**
 * A TCP proxy on 127.0.0.1 before a server, that can be told to misbehave. It is our own: what npm has in its place speaks
 * HTTP alone or is a client of a program that neither npm nor Debian has, and what Debian has (netem, HAProxy, socat)
 * counts no bytes and is changed by root or a restart.
 */
export interface FaultProxy {
  readonly port: number;
  /** Connections made to it since the start. */
  accepted(): number;
  /** Connections that are open now. */
  open(): number;
  /** For what is connected and for what will be. */
  become(mode: ProxyMode): Promise<void>;
  /** Cuts what is open now; new connections are as before. */
  cutOpen(): void;
  /** What is open now hands nothing on any more, as behind a firewall that forgot it; new connections are as before. */
  forgetOpen(): void;
  stop(): Promise<void>;
}

export async function startFaultProxy(targetPort: number, first: ProxyMode = "pass"): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let mode: ProxyMode = "pass";
  let accepted = 0;
  const forgotten = new Set<Socket>();
  const server = createServer((inner) => {
    accepted += 1;
    inner.on("error", () => undefined);
    if (mode === "reset") {
      inner.resetAndDestroy();
      return;
    }
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

  const cutOpen = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const become = async (next: ProxyMode) => {
    mode = next;
    if (next === "reset") cutOpen();
    if (next === "refuse" && server.listening) {
      const closed = new Promise((resolve) => server.close(resolve));
      cutOpen();
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
    cutOpen,
    forgetOpen: () => {
      for (const socket of sockets) forgotten.add(socket);
    },
    stop: () => become("refuse"),
  };
}

function join(inner: Socket, outer: Socket, mode: () => ProxyMode): void {
  const later = { request: Promise.resolve(), answer: Promise.resolve() };
  const after = (way: keyof typeof later, ms: number, write: () => void) => {
    // Each piece has its own delay and waits for those before it: a line that is long, not one that is narrow.
    later[way] = Promise.all([later[way], sleep(ms)]).then(write);
  };
  let counting: ProxyMode | undefined;
  let left = 0;

  inner.on("data", (bytes) => {
    const now = mode();
    if (now === "mute") return;
    if (typeof now === "object" && "delayMs" in now) after("request", now.delayMs, () => outer.write(bytes));
    else outer.write(bytes);
  });
  outer.on("data", (bytes: Buffer) => {
    const now = mode();
    if (now === "mute" || now === "deaf") return;
    if (now === "drip") {
      for (const byte of bytes) {
        later.answer = later.answer.then(() => sleep(20)).then(() => void inner.write(Buffer.of(byte)));
      }
    } else if (typeof now === "string") inner.write(bytes);
    else if ("delayMs" in now) after("answer", now.delayMs, () => inner.write(bytes));
    else {
      if (counting !== now) left = now.cutAfter;
      counting = now;
      const part = bytes.subarray(0, left);
      left -= part.length;
      inner.write(part, () => {
        if (left === 0) inner.resetAndDestroy();
      });
    }
  });
  // Either end takes the other with it; an error is an end here.
  inner.once("close", () => outer.destroy());
  outer.on("error", () => undefined).once("close", () => inner.destroy());
}
