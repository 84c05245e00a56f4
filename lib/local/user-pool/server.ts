import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { closeNow, listenOnLoopback, readBody } from "../loopback.ts";
import { actions } from "./actions/index.ts";
import { answerDiscovery } from "./discovery.ts";
import { CognitoFault } from "./fault.ts";
import { type FederatedArrival, type FederatedSignIn, signInFederated } from "./flows/federated-sign-in.ts";
import { openImportJobs } from "./import/import-job.ts";
import { logsActions, logsTarget } from "./import/logs.ts";
import { takeUpload } from "./import/upload.ts";
import { maxBodyBytes, parseBody } from "./json-body.ts";
import { type UserPoolOptions, withDefaults } from "./options.ts";
import type { Action, World } from "./world.ts";

export interface UserPoolServer {
  /** What an SDK client takes as `endpoint`, and what the tokens' issuer begins with. */
  readonly endpoint: string;
  readonly region: string;
  /** A person arrives from another identity provider, as over the hosted sign-in pages. */
  simulateFederatedSignIn(arrival: FederatedArrival): Promise<FederatedSignIn>;
  stop(): Promise<void>;
}

const targetPrefix = "AWSCognitoIdentityProviderService.";
// Only names of this machine: a web page that lets its own name lead to 127.0.0.1 is not served.
const ownHost = /^(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?$/;

/** Starts the trigger simulator on the loopback interface. Everything is in memory and gone when it stops. */
export async function startUserPool(options: UserPoolOptions): Promise<UserPoolServer> {
  const settings = withDefaults(options);
  let endpoint = "";
  let stopped = false;
  const world: World = {
    settings,
    pools: new Map(),
    imports: openImportJobs(),
    endpoint: () => endpoint,
    stopped: () => stopped,
  };
  const server = createServer((request, response) => {
    serve(world, request, response).catch((error: unknown) => {
      settings.onEvent({ kind: "defect", action: "connection", name: nameOf(error) });
      response.destroy();
    });
  });
  endpoint = `http://127.0.0.1:${await listenOnLoopback(server, options.port ?? 0)}`;
  return {
    endpoint,
    region: settings.region,
    simulateFederatedSignIn: (arrival) => signInFederated(world, arrival),
    stop: () => {
      stopped = true;
      return closeNow(server);
    },
  };
}

async function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!ownHost.test(request.headers.host ?? "")) {
    return send(response, 403, { __type: "AccessDeniedException", message: "Only local names are served." });
  }
  if (request.method === "GET") {
    const document = await answerDiscovery(world, new URL(request.url ?? "/", "http://localhost").pathname);
    return send(response, document === undefined ? 404 : 200, document ?? { message: "Not found" });
  }
  if (request.method === "PUT") {
    const { status, body } = await takeUpload(world, request);
    response.writeHead(status, { "content-type": "application/xml" }).end(body);
    return;
  }
  const body = await readBody(request, maxBodyBytes);
  if (body === undefined) {
    const message = `The body is too large: at most ${maxBodyBytes} bytes.`;
    return send(response, 413, { __type: "RequestEntityTooLargeException", message });
  }
  const target = String(request.headers["x-amz-target"] ?? "");
  const isLogs = target.startsWith(logsTarget);
  const prefix = isLogs ? logsTarget : targetPrefix;
  const name = target.startsWith(prefix) ? target.slice(prefix.length) : "";
  const reply = await answer(world, isLogs ? logsActions : actions, name, body);
  send(response, reply.status, reply.body);
}

async function answer(
  world: World,
  known: ReadonlyMap<string, Action>,
  name: string,
  body: Buffer,
): Promise<{ readonly status: number; readonly body: object }> {
  const { onEvent } = world.settings;
  try {
    const action = known.get(name);
    if (action === undefined) {
      throw new CognitoFault(
        "UnknownOperationException",
        "The user pool simulator does not have this action; docs/user-pool-simulator.md lists those it has.",
      );
    }
    const result = await action(world, parseBody(body));
    onEvent({ kind: "request", action: name, error: undefined });
    return { status: 200, body: result };
  } catch (error) {
    const named = error instanceof CognitoFault;
    const type = named ? error.type : "InternalErrorException";
    onEvent({ kind: "request", action: known.has(name) ? name : "unknown", error: type });
    if (named) return { status: 400, body: { __type: type, message: error.message } };
    onEvent({ kind: "defect", action: name, name: nameOf(error) });
    return { status: 500, body: { __type: type, message: `The simulator failed: ${nameOf(error)}.` } };
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function send(response: ServerResponse, status: number, body: object): void {
  const type = "__type" in body ? { "x-amzn-errortype": String(body.__type) } : {};
  response
    .writeHead(status, { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID(), ...type })
    .end(JSON.stringify(body));
}
