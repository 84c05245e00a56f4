import { SignatureV4 } from "@smithy/signature-v4";
import { Sha256 } from "../../lib/client/sha256.ts";
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
  // biome-ignore lint/suspicious/noExplicitAny: what the tests look into; the bed holds it against the description
  readonly body: any;
  readonly text: string;
  readonly headers: Headers;
}

export async function send(endpoint: string, request: RawRequest): Promise<Answered> {
  const { url, ...init } = await signed(endpoint, request);
  const answer = await fetch(url, init as RequestInit);
  const text = await answer.text();
  return { status: answer.status, body: JSON.parse(text), text, headers: answer.headers };
}
