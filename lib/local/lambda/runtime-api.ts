import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { closeNow, listenOnLoopback, readBody } from "../loopback.ts";

/** One event as an environment gets it; the payload is JSON text. */
export interface Delivery {
  readonly requestId: string;
  readonly functionArn: string;
  readonly deadlineMs: number;
  readonly payload: string;
}

/** What an environment tells its runner. */
export interface RuntimeApiListener {
  /** The environment asks for its next event; it gets it when `give` is called. */
  onNext(give: (delivery: Delivery) => void): void;
  onAnswer(requestId: string, payload: string): void;
  onError(requestId: string, payload: string): void;
  onInitError(payload: string): void;
}

export interface RuntimeApi {
  /** `host:port`, as AWS_LAMBDA_RUNTIME_API has it. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Lambda's answer to an answer that is too large: 6 MB and a little. */
const maxResponseBytes = 6_291_556;

/**
 * The Runtime API of one environment on a port of its own (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html),
 * so that any runtime interface client can be run behind it.
 */
export async function openRuntimeApi(listener: RuntimeApiListener): Promise<RuntimeApi> {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? "").replace(/^\/2018-06-01\/runtime\//, "");
    const body = await readBody(request, maxResponseBytes);
    const [, requestId, kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (request.method === "GET" && path === "invocation/next") {
      listener.onNext((delivery) => giveEvent(response, delivery));
    } else if (request.method === "POST" && path === "init/error") {
      listener.onInitError(body?.toString("utf8") ?? "");
      accept(response);
    } else if (request.method === "POST" && requestId !== undefined) {
      if (body === undefined) listener.onError(requestId, tooLarge);
      else if (kind === "response") listener.onAnswer(requestId, body.toString("utf8"));
      else listener.onError(requestId, body.toString("utf8"));
      accept(response);
    } else {
      response.writeHead(404).end();
    }
  };
  const server = createServer((request, response) => {
    // The environment was killed in the middle of a call: its end is told by the process.
    handle(request, response).catch(() => response.destroy());
  });
  server.requestTimeout = 0;
  const port = await listenOnLoopback(server);
  return { address: `127.0.0.1:${port}`, stop: () => closeNow(server) };
}

const tooLarge = JSON.stringify({
  errorType: "Function.ResponseSizeTooLarge",
  errorMessage: `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
});

function giveEvent(response: ServerResponse, delivery: Delivery): void {
  response.writeHead(200, {
    "content-type": "application/json",
    "lambda-runtime-aws-request-id": delivery.requestId,
    "lambda-runtime-deadline-ms": String(delivery.deadlineMs),
    "lambda-runtime-invoked-function-arn": delivery.functionArn,
  });
  response.end(delivery.payload);
}

function accept(response: ServerResponse): void {
  response.writeHead(202, { "content-type": "application/json" }).end(JSON.stringify({ status: "OK" }));
}
