import { createHash } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { Sha256 } from "../../lib/client/sha256.ts";
import { firstFault } from "../../lib/import-api/json-body.ts";
import { routes } from "../../lib/import-api/openapi.ts";
import { localRegion } from "../../lib/local/account.ts";
import { credentials } from "./bed.ts";

export interface RawRequest {
  readonly method?: "GET" | "POST";
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signer?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly at?: Date;
}

/** A signed request, piece by piece, so that a test may spoil one. */
export async function signed(endpoint: string, request: RawRequest) {
  const { method = "POST", path = "/users/batch", headers = {}, body = "", signer = credentials, at } = request;
  const url = new URL(path, endpoint);
  const sign = new SignatureV4({ service: "execute-api", region: localRegion, credentials: signer, sha256: Sha256 });
  const { headers: all } = await sign.sign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      port: Number(url.port),
      path: url.pathname,
      query: {},
      headers: { host: url.host, "content-type": "application/json", ...headers },
      body,
    },
    at === undefined ? {} : { signingDate: at },
  );
  const { host: _, ...sent } = all;
  return { url, method, headers: sent, ...(method === "GET" ? {} : { body }) };
}

export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what the tests look into; conforms() checks it against the description
  readonly body: any;
  readonly text: string;
  readonly headers: Headers;
}

/** Sends it, and holds the answer against the API's description. */
export async function send(endpoint: string, request: RawRequest): Promise<Answered> {
  const { url, ...init } = await signed(endpoint, request);
  const answer = await fetch(url, init as RequestInit);
  const text = await answer.text();
  const answered = { status: answer.status, body: JSON.parse(text), text, headers: answer.headers };
  const fault = conformityFault(init.method, url.pathname, answered);
  if (fault !== undefined) throw new Error(`the answer is not as docs/openapi.json says:${fault}\n${text}`);
  return answered;
}

/** What the description has against an answer; those of API Gateway itself are none of the API's. */
function conformityFault(method: string, path: string, { status, body, headers }: Answered): string | undefined {
  if (headers.get("content-type") === "application/json" && status >= 400) return undefined;
  const route = routes.find(
    (one) => one.method === method.toLowerCase() && new RegExp(`^${one.path.replace(/\{\w+\}/g, "[^/]+")}$`).test(path),
  );
  const described = route?.answers[status];
  if (described === undefined) return ` ${status} is not described for ${method} ${path}`;
  const type = status < 400 ? "application/json" : "application/problem+json";
  if (headers.get("content-type") !== type) return ` Content-Type ${headers.get("content-type")}`;
  if (status >= 400 && body.status !== status) return " /status is another one";
  return firstFault(described.schema, body);
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
