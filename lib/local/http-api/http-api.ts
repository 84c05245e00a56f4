import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { localRegion } from "../account.ts";
import type { Invoked } from "../lambda/lambda.ts";
import { closeNow, listenOnLoopback, readBody } from "../loopback.ts";
import { eventOf } from "./event.ts";
import { type SignatureFault, type Signer, verifySignature } from "./signature.ts";

export interface HttpApiOptions {
  /** Function names by route, as `GET /imports/{id}`. */
  readonly routes: Readonly<Record<string, string>>;
  invoke(functionName: string, event: unknown): Promise<Invoked>;
  readonly signers: readonly Signer[];
  readonly region?: string;
  readonly port?: number;
  readonly now?: () => Date;
  /** Why a signature was refused: the caller is only told that it was. */
  readonly onRefused?: (why: SignatureFault) => void;
}

export interface LocalHttpApi {
  readonly endpoint: string;
  stop(): Promise<void>;
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const maxRequestBytes = 10 * 1024 * 1024;
const integrationMs = 30_000;
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxEventBytes = 6 * 1024 * 1024;

/**
 * An API Gateway HTTP API with IAM authorization on 127.0.0.1: it checks signatures, makes events of the payload format
 * 2.0 and answers with what the functions answer. It knows neither policies (who has signed may call every route) nor
 * throttling nor CORS.
 */
export async function startHttpApi(options: HttpApiOptions): Promise<LocalHttpApi> {
  const { routes, invoke, signers, region = localRegion, now = () => new Date(), onRefused } = options;
  const matchers = Object.entries(routes).map(([routeKey, functionName]) => ({ routeKey, functionName }));

  async function answer(incoming: IncomingMessage): Promise<Reply> {
    const { method = "GET", url = "/" } = incoming;
    const [path = "/", query = ""] = url.split("?", 2);
    const body = await readBody(incoming, maxRequestBytes);
    if (body === undefined) return gatewayReply(413, "Request Entity Too Large");
    if (!URL.canParse(url, "http://localhost") || !isDecodable(path)) return gatewayReply(400, "Bad Request");
    const found = matchers
      .map((one) => ({ ...one, parameters: match(one.routeKey, method, path) }))
      .find(({ parameters }) => parameters !== undefined);
    if (found?.parameters === undefined) return gatewayReply(404, "Not Found");
    const request = { method, path, query, headers: headersOf(incoming), body };
    const at = now();
    const verified = verifySignature(request, { service: "execute-api", region, signers, now: at });
    if (verified.kind === "refused") {
      onRefused?.(verified.why);
      return gatewayReply(403, "Forbidden");
    }
    const event = eventOf({
      ...request,
      routeKey: found.routeKey,
      pathParameters: found.parameters,
      accessKeyId: verified.accessKeyId,
      sourceIp: incoming.socket.remoteAddress ?? "",
      at,
    });
    if (Buffer.byteLength(JSON.stringify(event)) > maxEventBytes) return gatewayReply(413, "Request Entity Too Large");
    const invoked = await withinTime(invoke(found.functionName, event));
    if (invoked === undefined) return gatewayReply(503, "Service Unavailable");
    return invoked.kind === "answer" ? replyOf(invoked.payload) : gatewayReply(500, "Internal Server Error");
  }

  const server = createServer((incoming, response) => {
    answer(incoming)
      .catch(() => gatewayReply(500, "Internal Server Error"))
      .then((reply) => send(response, reply));
  });
  const port = await listenOnLoopback(server, options.port);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => closeNow(server) };
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What API Gateway itself says. */
function gatewayReply(status: number, message: string): Reply {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify({ message }) };
}

/** A function's answer: one without a status is the body itself. */
function replyOf(payload: unknown): Reply {
  const answer: Readonly<Record<string, unknown>> = { ...(typeof payload === "object" ? payload : {}) };
  const { statusCode, headers, body = "", isBase64Encoded } = answer;
  if (typeof statusCode !== "number") {
    return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(payload) };
  }
  if (typeof body !== "string") return gatewayReply(500, "Internal Server Error");
  const named = Object.entries({ ...(headers as object | undefined) }).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  return {
    status: statusCode,
    headers: { "content-type": "text/plain;charset=utf-8", ...Object.fromEntries(named) },
    body: isBase64Encoded === true ? Buffer.from(body, "base64") : body,
  };
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, {
    ...headers,
    "content-length": Buffer.byteLength(body),
    "apigw-requestid": randomUUID(),
  });
  response.end(body);
}

/** The values of the path's variables; undefined for a path of another route. */
function match(routeKey: string, method: string, path: string): Readonly<Record<string, string>> | undefined {
  const [wanted, pattern = ""] = routeKey.split(" ");
  const [names, parts] = [pattern.split("/"), path.split("/")];
  if (wanted !== method || names.length !== parts.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const part = parts[index] ?? "";
    const variable = /^\{(.+)\}$/.exec(name)?.[1];
    if (variable === undefined ? name !== part : part === "") return undefined;
    if (variable !== undefined) values[variable] = decodeURIComponent(part);
  }
  return values;
}

function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== "";
  } catch {
    return false;
  }
}

function headersOf({ headersDistinct }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headersDistinct).map(([name, values]) => [name, (values ?? []).join(",")]));
}

async function withinTime(invoking: Promise<Invoked>): Promise<Invoked | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), integrationMs);
  });
  try {
    return await Promise.race([invoking, late]);
  } finally {
    clearTimeout(timer);
  }
}
