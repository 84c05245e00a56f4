/** What the API, API Gateway before it, or S3 answered in place of a success. It has no value of a user. */
export class ApiError extends Error {
  readonly status: number;
  /** One of docs/errors.md; undefined where something before the API answered. */
  readonly code: string | undefined;
  /** Seconds to wait before the next attempt, where the answer says it. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string | undefined, message: string, retryAfter?: number) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** Of an answer that is no success: RFC 9457, or API Gateway's own `message`. */
export function apiErrorOf(status: number, text: string, retryAfter: string | null): ApiError {
  const seconds = Number(retryAfter ?? Number.NaN);
  const after = Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
  const { code, detail, message } = objectIn(text);
  const told = [detail, message].find((one) => typeof one === "string") ?? "the answer is none of the API's";
  return new ApiError(status, typeof code === "string" ? code : undefined, `${status}: ${told}`, after);
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
