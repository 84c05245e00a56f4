import { SignatureV4 } from "@smithy/signature-v4";
import { apiErrorOf } from "./api-error.ts";
import { NetworkError } from "./retry.ts";
import { Sha256 } from "./sha256.ts";
import type { Credentials } from "./types.ts";

export interface Endpoint {
  readonly url: URL;
  readonly region: string;
  readonly credentials: Credentials | (() => Promise<Credentials>);
}

export interface ApiRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body?: string;
}

export type Send = (request: ApiRequest, signal: AbortSignal | undefined) => Promise<unknown>;

// API Gateway answers within 30 s.
const answerMs = 40_000;

/**
 * Sends requests that are signed with AWS Signature Version 4 for the service execute-api, and gives the JSON of their
 * answers. What it sends throws ApiError, NetworkError, or the signal's reason.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv4.html
 */
export function openSend({ url, region, credentials }: Endpoint): Send {
  const signer = new SignatureV4({ service: "execute-api", region, credentials, sha256: Sha256 });
  return async ({ method, path, headers = {}, body }, signal) => {
    const target = new URL(`${url.pathname.replace(/\/$/, "")}${path}`, url);
    const signed = await signer.sign({
      method,
      protocol: target.protocol,
      hostname: target.hostname,
      ...(target.port === "" ? {} : { port: Number(target.port) }),
      path: target.pathname,
      query: {},
      headers: {
        ...headers,
        host: target.host,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body,
    });
    const { host: _, ...sent } = signed.headers;
    const limit = AbortSignal.timeout(answerMs);
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(target, {
        method,
        headers: sent,
        ...(body === undefined ? {} : { body }),
        // A signature is for one host: nothing of the request goes to another.
        redirect: "manual",
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      });
      text = await answer.text();
    } catch (error) {
      signal?.throwIfAborted();
      throw new NetworkError(error);
    }
    if (!answer.ok) throw apiErrorOf(answer.status, text, answer.headers.get("retry-after"));
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new NetworkError(error);
    }
  };
}
