import type { ErrorCode } from "./errors.ts";

/** A request over HTTP that has been let in, whatever brought it here. */
export interface HttpRequest {
  /** Of the path's variables, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Who asks: stays the same when a role's credentials are renewed. */
  readonly caller: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: unknown;
  /** What the log says of it, where it is a refusal. */
  readonly code?: ErrorCode | "FAULT";
}

/** How long a request may take. */
export interface HttpTime {
  /** Nothing new is begun from here on. */
  readonly stop: AbortSignal;
  /** The answer has to be given. */
  readonly over: AbortSignal;
}

/** What a function does with its route's requests. Faults are thrown. */
export interface HttpJob {
  /** As `POST /imports`. */
  readonly route: string;
  answer(request: HttpRequest, time: HttpTime): Promise<HttpAnswer>;
}

/** The media type of answers that are no success (RFC 9457). */
export const problemType = "application/problem+json";

/** A refusal, or a fault, as its caller is told it. `detail` has no value of a user. */
export function problem(
  status: number,
  code: ErrorCode | "FAULT",
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  const body = { type: "about:blank", title: titles[status] ?? "Error", status, detail, code };
  return { status, headers: { ...headers, "content-type": problemType }, body, code };
}

// RFC 9110, section 15: with the type "about:blank" a title is the status's own phrase (RFC 9457, section 4.2.1).
const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  404: "Not Found",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  500: "Internal Server Error",
  503: "Service Unavailable",
};
