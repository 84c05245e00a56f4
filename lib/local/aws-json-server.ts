import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { crc32 } from "node:zlib";
import type { FaultSource, RefusalFault } from "./faults.ts";
import { closeNow, listenOnLoopback, readBody } from "./loopback.ts";

/** An answer of a service that speaks AWS JSON; the body is JSON text. */
export interface JsonReply {
  readonly status: number;
  readonly body: string;
}

/** One service behind AWS JSON 1.0 or 1.1 (https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html). */
export interface JsonService {
  readonly contentType: "application/x-amz-json-1.0" | "application/x-amz-json-1.1";
  /** What stands before the dot in X-Amz-Target. */
  readonly target: string;
  answer(operation: string, body: string): Promise<JsonReply>;
  /** How the service words this fault. */
  faultReply(operation: string, fault: RefusalFault, body: string): JsonReply;
}

export interface JsonServer {
  readonly endpoint: string;
  /** Requests per operation since the start, those that met a fault included. */
  readonly requests: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** The largest request DynamoDB takes; Secrets Manager's are far smaller. */
const limitBytes = 16 * 1024 * 1024;

export async function startJsonServer(service: JsonService, faults: FaultSource, port?: number): Promise<JsonServer> {
  const requests = new Map<string, number>();
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [target, operation = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
    const body = await readBody(request, limitBytes);
    if (body === undefined)
      return send(response, service.contentType, errorReply(413, "RequestEntityTooLargeException", ""));
    if (target !== service.target || operation === "") {
      return send(response, service.contentType, errorReply(400, "UnknownOperationException", ""));
    }
    requests.set(operation, (requests.get(operation) ?? 0) + 1);
    const fault = faults.next(operation);
    const text = body.toString("utf8");
    switch (fault?.kind) {
      case undefined:
        return send(response, service.contentType, await service.answer(operation, text));
      case "hang":
        return;
      case "stall":
        await service.answer(operation, text);
        return;
      case "lose-answer":
        await service.answer(operation, text);
        request.socket.destroy();
        return;
      case "html":
        response
          .writeHead(200, { "content-type": "text/html" })
          .end("<html><body>Sign in to this network</body></html>");
        return;
      case "error":
        return send(response, service.contentType, errorReply(fault.status, fault.type, fault.message));
      case "throttle":
      case "conflict":
      case "error500":
        return send(response, service.contentType, service.faultReply(operation, { ...fault, kind: fault.kind }, text));
    }
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A client that has gone away is no fault; anything else is one of the stand-in and must be seen.
      if (request.socket.destroyed) return;
      send(response, service.contentType, errorReply(500, "InternalFailure", `stand-in failed: ${String(error)}`));
    });
  });
  const used = await listenOnLoopback(server, port);
  return { endpoint: `http://127.0.0.1:${used}`, requests, stop: () => closeNow(server) };
}

/** An error in the form that every AWS JSON client reads. */
export function errorReply(
  status: number,
  type: string,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
): JsonReply {
  return { status, body: JSON.stringify({ __type: type, message, ...more }) };
}

function send(response: ServerResponse, contentType: string, reply: JsonReply): void {
  const bytes = Buffer.from(reply.body, "utf8");
  response.writeHead(reply.status, {
    "content-type": contentType,
    "content-length": bytes.length,
    "x-amzn-requestid": randomUUID(),
    // DynamoDB's checksum of the body; clients that know the header verify it.
    "x-amz-crc32": String(crc32(bytes)),
  });
  response.end(bytes);
}
