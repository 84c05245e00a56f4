import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";

/** How many ports above the preferred one are tried before the system picks one. */
const neighbours = 9;
// Node's own 5 s end a connection in the very moment in which a client that was slow takes it up again.
const keepAliveMs = 120_000;

/**
 * Opens an HTTP server on 127.0.0.1 only and answers the port it got: the preferred one, else (taken, or not allowed)
 * one of the nine above it, else one of the system's choice. 0 leaves the choice to the system at once.
 */
export async function listenOnLoopback(server: Server, preferredPort = 0): Promise<number> {
  const above = Array.from({ length: neighbours }, (_, step) => preferredPort + step + 1).filter(
    (port) => port < 65_536,
  );
  server.keepAliveTimeout = keepAliveMs;
  const candidates = preferredPort === 0 ? [0] : [preferredPort, ...above, 0];
  for (const candidate of candidates) {
    const port = await tryPort(server, candidate);
    if (port !== undefined) return port;
  }
  throw new Error("no port is free on 127.0.0.1");
}

/** Stops a server at once: open connections are cut, requests without an answer included. */
export function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Reads a request's whole body; undefined when it is longer than `limitBytes`. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // What is over the limit is read and dropped, so that the client gets an answer and not a cut connection.
    if (size <= limitBytes) chunks.push(chunk);
  }
  return size > limitBytes ? undefined : Buffer.concat(chunks);
}

function tryPort(server: Server, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      server.off("listening", onListening);
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(undefined);
      else reject(error);
    };
    const onListening = () => {
      server.off("error", onError);
      resolve((server.address() as AddressInfo).port);
    };
    server.once("error", onError);
    server.once("listening", onListening);
    server.listen(port, "127.0.0.1");
  });
}
