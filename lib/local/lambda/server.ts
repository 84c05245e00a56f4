import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readBody } from "../loopback.ts";
import { functionNameOf } from "./function-name.ts";
import { LambdaError } from "./lambda-error.ts";
import type { Policies } from "./policy.ts";
import type { RunResult } from "./result.ts";

/** What the HTTP calls need of the runner. */
export interface LambdaCalls {
  readonly policies: Policies;
  has(functionName: string): boolean;
  arn(functionName: string): string;
  run(functionName: string, payload: string, requestId: string): Promise<RunResult>;
}

/** Limits of a payload, bytes: synchronous and asynchronous (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const maxPayloadBytes = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 } as const;
type InvocationType = keyof typeof maxPayloadBytes;

const route =
  /^\/2015-03-31\/functions\/(?<given>[^/?]+)\/(?<what>invocations|policy)(?:\/(?<statement>[^/?]+))?(?:\?.*)?$/;

/** What goes back: status, JSON text, headers beside the usual ones. */
interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Lambda's own HTTP calls: Invoke, AddPermission, GetPolicy, RemovePermission. Signatures are not checked. */
export function createLambdaServer(calls: LambdaCalls): Server {
  return createServer((request, response) => {
    const requestId = randomUUID();
    answer(calls, request, requestId)
      .catch((error: unknown) => new LambdaError(500, "ServiceException", `stand-in failed: ${String(error)}`))
      .then((answered) => send(response, requestId, answered instanceof LambdaError ? answerOf(answered) : answered));
  });
}

async function answer(
  calls: LambdaCalls,
  request: IncomingMessage,
  requestId: string,
): Promise<HttpAnswer | LambdaError> {
  const { given = "", what, statement = "" } = route.exec(request.url ?? "")?.groups ?? {};
  const body = await readBody(request, maxPayloadBytes.RequestResponse);
  if (what === undefined) return new LambdaError(404, "UnknownOperationException", "this stand-in has no such call");
  const named = decodeURIComponent(given);
  const name = functionNameOf(named);
  if (name === undefined || !calls.has(name)) {
    const arn = named.startsWith("arn:") ? named : calls.arn(named);
    return new LambdaError(404, "ResourceNotFoundException", `Function not found: ${arn}`);
  }
  if (body === undefined) return tooLarge("RequestResponse");
  const text = body.toString("utf8");
  if (what === "policy") return answerPolicy(calls, name, request.method ?? "", decodeURIComponent(statement), text);
  const type = invocationType(request.headers["x-amz-invocation-type"]);
  if (type === undefined) {
    const message = "X-Amz-Invocation-Type must be RequestResponse, Event or DryRun";
    return new LambdaError(400, "InvalidParameterValueException", message);
  }
  return invoke(calls, name, type, text === "" ? "{}" : text, requestId);
}

async function invoke(
  calls: LambdaCalls,
  name: string,
  type: InvocationType,
  payload: string,
  requestId: string,
): Promise<HttpAnswer | LambdaError> {
  if (Buffer.byteLength(payload) > maxPayloadBytes[type]) return tooLarge(type);
  if (!isJson(payload)) return notJson(payload);
  if (type === "DryRun") return { status: 204, body: "" };
  const run = calls.run(name, payload, requestId);
  if (type === "Event") {
    // Nobody waits for the outcome: `onInvoke` tells it, and the runner's own end is no fault of the caller.
    run.catch(() => undefined);
    return { status: 202, body: "" };
  }
  const result = await run;
  const failed = result.outcome === "answer" ? {} : { "x-amz-function-error": "Unhandled" };
  return { status: 200, body: result.payload, headers: { "x-amz-executed-version": "$LATEST", ...failed } };
}

function answerPolicy(
  { policies, arn }: LambdaCalls,
  name: string,
  method: string,
  statement: string,
  body: string,
): HttpAnswer | LambdaError {
  const answerWith = (status: number, found: object | LambdaError): HttpAnswer | LambdaError =>
    found instanceof LambdaError ? found : { status, body: JSON.stringify(found) };
  switch (method) {
    case "POST":
      return isJson(body) ? answerWith(201, policies.add(name, arn(name), { ...JSON.parse(body) })) : notJson(body);
    case "GET":
      return answerWith(200, policies.get(name));
    case "DELETE":
      return policies.remove(name, statement) ?? { status: 204, body: "" };
    default:
      return new LambdaError(405, "MethodNotAllowedException", `a policy takes POST, GET and DELETE, not ${method}`);
  }
}

function invocationType(header: string | string[] | undefined): InvocationType | undefined {
  const given = header ?? "RequestResponse";
  return given === "RequestResponse" || given === "Event" || given === "DryRun" ? given : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The text itself is not told: it may hold a password. */
function notJson(text: string): LambdaError {
  const message = `Could not parse request body into json: ${Buffer.byteLength(text)} bytes that are not JSON`;
  return new LambdaError(400, "InvalidRequestContentException", message);
}

function tooLarge(type: InvocationType): LambdaError {
  const message = `Request must be smaller than ${maxPayloadBytes[type]} bytes for the Invoke operation`;
  return new LambdaError(413, "RequestTooLargeException", message);
}

function answerOf(error: LambdaError): HttpAnswer {
  const body = JSON.stringify({ Type: error.status < 500 ? "User" : "Service", Message: error.message });
  return { status: error.status, body, headers: { "x-amzn-errortype": error.type } };
}

function send(response: ServerResponse, requestId: string, { status, body, headers = {} }: HttpAnswer): void {
  const length = status === 204 ? {} : { "content-length": String(Buffer.byteLength(body)) };
  response.writeHead(status, {
    "content-type": "application/json",
    "x-amzn-requestid": requestId,
    ...length,
    ...headers,
  });
  response.end(body);
}
