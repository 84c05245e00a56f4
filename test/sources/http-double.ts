import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { SecretRef } from "../../lib/core/ports.ts";

export interface Heard {
  readonly method: string;
  /** Path and query, as they came. */
  readonly path: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly form: URLSearchParams;
}

export type Told =
  | { readonly status?: number; readonly json: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly write: (response: ServerResponse) => void }
  | "silence";

/** A small HTTP server on 127.0.0.1 that answers as it is told, stopped after the test. */
export interface HttpDouble {
  readonly url: string;
  readonly heard: Heard[];
  /** Connections made since the start. */
  accepted(): number;
  /** Connections that are open now. */
  open(): number;
  /** Cuts what is open, as a server does that restarts. */
  cut(): void;
  stop(): void;
}

export async function startDouble(answer: (heard: Heard) => Told): Promise<HttpDouble> {
  const heard: Heard[] = [];
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const { method = "", url: path = "", headers } = request;
      const one = { method, path, url: new URL(path, "http://double"), headers, body, form: new URLSearchParams(body) };
      heard.push(one);
      const told = answer(one);
      if (told === "silence") return;
      if ("write" in told) return told.write(response);
      response.writeHead(told.status ?? 200, { "content-type": "application/json", ...told.headers });
      response.end(JSON.stringify(told.json));
    });
  });
  server.on("connection", (socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    accepted: () => accepted,
    open: () => sockets.size,
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

export async function aDouble(answer: (heard: Heard) => Told): Promise<HttpDouble> {
  const double = await startDouble(answer);
  onTestFinished(() => double.stop());
  return double;
}

/** A secret whose text is the first one until it is fetched afresh, and the next one then. */
export function aRotatedSecret(...texts: readonly string[]): SecretRef & { refreshes(): number } {
  let refreshes = 0;
  const text = () => texts[Math.min(refreshes, texts.length - 1)] ?? "";
  return {
    name: "samekey/legacy",
    read: async () => text(),
    refresh: async () => {
      refreshes += 1;
      return text();
    },
    refreshes: () => refreshes,
  };
}
