import type { TSchema } from "typebox";
import type { TLocalizedValidationError } from "typebox/error";
import { Check, Errors } from "typebox/value";
import type { ErrorCode } from "../core/errors.ts";
import { type HttpAnswer, type HttpRequest, problem } from "../core/http.ts";
import { hasDuplicateKeys } from "../protocols/duplicate-keys.ts";

/** Lambda takes no larger event, and API Gateway makes one event of a request. */
export const maxBodyBytes = 6 * 1024 * 1024;

export type JsonBody = { readonly kind: "json"; readonly value: unknown } | RefusedBody;

export interface RefusedBody {
  readonly kind: "refused";
  readonly answer: HttpAnswer;
}

/** The JSON that a request brings: UTF-8, one value a member, at most 6 MiB. */
export function readJsonBody({ headers, body }: HttpRequest): JsonBody {
  if (body.byteLength > maxBodyBytes) {
    return refuse(413, "REQUEST_TOO_LARGE", `the body has ${body.byteLength} bytes, allowed are ${maxBodyBytes}`);
  }
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/json") {
    return refuse(415, "REQUEST_TYPE_UNKNOWN", "the Content-Type is another one, allowed is application/json");
  }
  let value: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    value = JSON.parse(text);
  } catch {
    // Its own message quotes the text.
    return refuse(400, "REQUEST_INVALID", "the body is no JSON in UTF-8");
  }
  if (hasDuplicateKeys(text)) return refuse(400, "REQUEST_INVALID", "the body has a member that stands there twice");
  return { kind: "json", value };
}

/** What a schema has against a value, as an answer; undefined where it has nothing. */
export function schemaFault(schema: TSchema, value: unknown): HttpAnswer | undefined {
  const fault = firstFault(schema, value);
  return fault === undefined ? undefined : problem(400, "REQUEST_INVALID", `body${fault}`);
}

/** The place and the rule of the first fault: ` /options/existing must be …`. Never a value. */
export function firstFault(schema: TSchema, value: unknown): string | undefined {
  if (Check(schema, value)) return undefined;
  const [first] = [...Errors(schema, value)].filter(({ keyword }) => !echoes.includes(keyword)).sort(mostTelling);
  // A member's name is as long as whoever sent it liked.
  const place = (first?.instancePath ?? "").slice(0, 200).toWellFormed();
  return `${place === "" ? "" : ` ${place}`} ${first?.message ?? "is not as the API's description says"}`;
}

// They only say that another rule was broken.
const echoes: readonly string[] = ["boolean", "anyOf"];

/** Of a value with several forms the fault deepest inside is that of the form which was meant, and a wrong type that of another. */
function mostTelling(a: TLocalizedValidationError, b: TLocalizedValidationError): number {
  const depth = (one: TLocalizedValidationError) => one.instancePath.split("/").length;
  return depth(b) - depth(a) || Number(a.keyword === "type") - Number(b.keyword === "type");
}

function refuse(status: number, code: ErrorCode, detail: string): RefusedBody {
  return { kind: "refused", answer: problem(status, code, detail) };
}
