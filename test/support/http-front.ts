import { createServer, type IncomingHttpHeaders } from "node:http";
import { closeNow, listenOnLoopback, readBody } from "../../lib/local/loopback.ts";

/** One request to a service of AWS, on its way. */
export interface Exchange {
  /** What stands behind the dot in X-Amz-Target. */
  readonly operation: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Hands it on, or another body in its place, and gives the answer back. */
  pass(body?: string): Promise<FrontAnswer>;
}

export interface FrontAnswer {
  readonly status: number;
  readonly body: string;
}

/** Stands before a stand-in of AWS and sees each request before it does: for what the service itself would refuse. */
export async function startHttpFront(
  target: string,
  answer: (exchange: Exchange) => Promise<FrontAnswer>,
): Promise<{ readonly endpoint: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const serve = async () => {
      const body = String((await readBody(request, 2 ** 24)) ?? "");
      const { "content-type": type = "", "x-amz-target": aim = "" } = request.headers;
      const pass = async (sent = body): Promise<FrontAnswer> => {
        const headers = { "content-type": type, "x-amz-target": String(aim) };
        const reply = await fetch(target, { method: "POST", headers, body: sent });
        return { status: reply.status, body: await reply.text() };
      };
      const operation = String(aim).split(".")[1] ?? "";
      const told = await answer({ operation, headers: request.headers, body, pass });
      response.writeHead(told.status, { "content-type": type }).end(told.body);
    };
    serve().catch(() => response.destroy());
  });
  const port = await listenOnLoopback(server);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => closeNow(server) };
}
