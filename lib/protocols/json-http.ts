import { type Agent, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { hasDuplicateKeys } from "./duplicate-keys.ts";

export interface JsonRequest {
  /** Default POST. */
  readonly method?: "GET" | "POST" | "PATCH";
  readonly url: URL;
  readonly body?: string;
  /** Of the body; default JSON. */
  readonly contentType?: "application/json" | "application/x-www-form-urlencoded";
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** The most bytes of an answer. */
  readonly limitBytes: number;
  /** Where connections are kept between requests; Node's own for the process without it. */
  readonly agent?: Agent | undefined;
  /** Never sent twice: it goes over a connection of its own, which cannot have been closed meanwhile. */
  readonly once?: boolean;
}

export interface JsonAnswer {
  readonly status: number;
  /** Undefined when the body is no JSON, has a key twice, or its content type says that it is none. */
  readonly json: unknown;
  /** Whole seconds that the server asks to wait (`Retry-After`), where it says so in seconds. */
  readonly retryAfterS?: number;
}

/** Posts JSON, as `askJson` does. */
export function postJson(request: JsonRequest & { readonly body: string }): Promise<JsonAnswer> {
  return askJson(request);
}

/**
 * Sends a request and reads a JSON answer: bounded in size, cut by the signal, no redirect followed, certificates
 * verified. A kept connection that the server has closed meanwhile is replaced by another one (RFC 9112, section 9.3.1).
 * node:https rather than fetch, whose first call costs a function 60 to 80 ms of processor time.
 * @throws Error of the connection, RangeError for an answer over the limit.
 */
export function askJson(asked: JsonRequest): Promise<JsonAnswer> {
  const { method = "POST", url, body, contentType = "application/json", headers, signal, limitBytes } = asked;
  const agent = asked.once === true ? false : asked.agent;
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  const about = body === undefined ? {} : { "content-type": contentType, "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    let answered = false;
    const request = send(
      url,
      { method, signal, agent, headers: { ...about, accept: "application/json", ...headers } },
      (response) => {
        answered = true;
        readAnswer(response, limitBytes).then(resolve, reject);
      },
    );
    request.on("error", (error) => {
      const closedMeanwhile = request.reusedSocket && !answered && isCut(error) && !signal.aborted;
      if (closedMeanwhile) resolve(askJson(asked));
      else reject(error);
    });
    request.end(body);
  });
}

/** The value of a JSON text; undefined for bytes that are no UTF-8, no JSON, or have a key twice. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return hasDuplicateKeys(text) ? undefined : value;
  } catch {
    return undefined;
  }
}

function readAnswer(response: IncomingMessage, limitBytes: number): Promise<JsonAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const tooLong = () => response.destroy(new RangeError(`the answer is longer than ${limitBytes} bytes`));
    response.on("error", reject);
    response.on("close", () => {
      if (!response.complete) reject(new Error("the answer was cut off"));
    });
    response.on("end", () => {
      const isJson = /^application\/json\s*(?:;|$)/i.test(response.headers["content-type"] ?? "");
      const wait = /^[0-9]{1,6}$/.exec(response.headers["retry-after"] ?? "")?.[0];
      resolve({
        status: response.statusCode ?? 0,
        json: isJson ? parseJson(Buffer.concat(chunks)) : undefined,
        ...(wait === undefined ? {} : { retryAfterS: Number(wait) }),
      });
    });
    if (Number(response.headers["content-length"] ?? 0) > limitBytes) return void tooLong();
    response.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > limitBytes) tooLong();
      else chunks.push(chunk);
    });
  });
}

function isCut(error: NodeJS.ErrnoException): boolean {
  return error.code === "ECONNRESET" || error.code === "EPIPE";
}
