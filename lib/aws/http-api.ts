import { openDeadline } from "../core/deadline.ts";
import { type ErrorCode, MigrationError } from "../core/errors.ts";
import { type HttpAnswer, type HttpJob, type HttpRequest, problem } from "../core/http.ts";
import { describeFault, logToStdout } from "./log.ts";

interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** An answer in the payload format 2.0. */
export interface HttpApiAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: false;
}

// API Gateway waits 30 s for an integration of an HTTP API and no longer:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const limitMs = 30_000;
const stopBeforeMs = 2000;
// What is under way has until then; the last second is for writing it down, and for the answer's way back.
const overBeforeMs = 1200;

/**
 * A job as a Lambda handler behind an API Gateway HTTP API. Nothing is begun 2 s before the end of API Gateway's 30 s, or
 * of Lambda's own time; the first event's time includes the function's start.
 * @throws MigrationError EVENT_INVALID for an event that is not of the payload format 2.0, or of no IAM caller
 */
export function serveHttp(job: HttpJob) {
  let initMs = performance.now();

  return async (event: unknown, context: LambdaContext): Promise<HttpApiAnswer> => {
    const startedAt = performance.now();
    const leftMs = Math.min(limitMs - initMs, context.getRemainingTimeInMillis());
    initMs = 0;
    const stop = openDeadline(Math.max(0, leftMs - stopBeforeMs));
    const over = openDeadline(Math.max(0, leftMs - overBeforeMs));
    const base = { platform: "http-api", requestId: context.awsRequestId, request: job.route };
    const spent = () => Math.round(performance.now() - startedAt);
    try {
      const request = parseHttpEvent(event);
      const answer = await job.answer(request, { stop: stop.signal, over: over.signal });
      const { status, code } = answer;
      logToStdout({ ...base, outcome: String(status), ...(code === undefined ? {} : { code }), ms: spent() });
      return renderHttpAnswer(answer);
    } catch (error) {
      logToStdout({ ...base, ...describeFault(error), ms: spent() });
      // The API is wired wrongly: no caller can mend it.
      if (error instanceof MigrationError && error.code === "EVENT_INVALID") throw error;
      return renderHttpAnswer(faultAnswer(error, context.awsRequestId));
    } finally {
      stop.clear();
      over.clear();
    }
  };
}

/** @throws MigrationError EVENT_INVALID */
export function parseHttpEvent(event: unknown): HttpRequest {
  const { version, requestContext, headers, pathParameters, body, isBase64Encoded } = objectOf(event);
  if (version !== "2.0") {
    throw invalid(
      `the event's payload format is ${formatOf(version)}, allowed is 2.0: set it in the API's integration`,
    );
  }
  const { iam } = objectOf(objectOf(requestContext).authorizer);
  const { accountId, userId } = objectOf(iam);
  if (typeof accountId !== "string" || typeof userId !== "string" || accountId === "" || userId === "") {
    throw invalid("nobody signed the request: the route's authorization has to be AWS_IAM");
  }
  if (body !== undefined && body !== null && typeof body !== "string") throw invalid("the event's body is no text");
  return {
    parameters: textsOf(pathParameters),
    headers: textsOf(headers),
    body: Buffer.from(body ?? "", isBase64Encoded === true ? "base64" : "utf8"),
    caller: `${accountId}/${principalOf(userId)}`,
  };
}

/**
 * Of a role's session (`AROA…:session`) the role: the session may be another one after every renewal.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
function principalOf(userId: string): string {
  return userId.startsWith("AROA") ? (userId.split(":")[0] ?? userId) : userId;
}

export function renderHttpAnswer({ status, headers, body }: HttpAnswer): HttpApiAnswer {
  return {
    statusCode: status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
}

// The same request may be done a moment later.
const passing: readonly ErrorCode[] = [
  "DEADLINE_EXCEEDED",
  "LEDGER_UNAVAILABLE",
  "PLATFORM_UNAVAILABLE",
  "VAULT_UNAVAILABLE",
];

function faultAnswer(error: unknown, requestId: string): HttpAnswer {
  const code = error instanceof MigrationError ? error.code : "FAULT";
  const passes = passing.some((one) => one === code);
  const detail = `the function's log says more, under the request id ${requestId}`;
  return passes ? problem(503, code, `try again; ${detail}`, { "retry-after": "2" }) : problem(500, code, detail);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  const texts: Record<string, string> = Object.create(null);
  for (const [name, text] of Object.entries(objectOf(value))) if (typeof text === "string") texts[name] = text;
  return texts;
}

function formatOf(version: unknown): string {
  return typeof version === "string" && /^[0-9.]{1,8}$/.test(version) ? version : "none";
}

function invalid(message: string): MigrationError {
  return new MigrationError("EVENT_INVALID", `http-api: ${message}`);
}
