import { errorReply, type JsonReply } from "../aws-json-server.ts";

/** DynamoDB JSON as it comes over the wire, read no deeper than this layer needs. */
export type Json = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** An error answer of DynamoDB, thrown inside this layer and sent as it is. */
export class ServiceError extends Error {
  readonly reply: JsonReply;

  constructor(reply: JsonReply) {
    super(reply.body);
    this.name = "ServiceError";
    this.reply = reply;
  }
}

export function serviceError(type: string, message: string, more: Json = {}): ServiceError {
  const status = type === "InternalServerError" ? 500 : 400;
  return new ServiceError(errorReply(status, `com.amazonaws.dynamodb.v20120810#${type}`, message, more));
}

export function invalid(message: string): ServiceError {
  return serviceError("ValidationException", message);
}

export function ok(body: Json): JsonReply {
  return { status: 200, body: JSON.stringify(body) };
}

/** Parses a request or an answer. @throws ServiceError SerializationException for anything but a JSON object. */
export function parseJson(body: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw serviceError("SerializationException", `the request is not JSON: ${String(cause)}`);
  }
  const object = asObject(value);
  if (object === undefined) throw serviceError("SerializationException", "the request is not a JSON object");
  return object;
}

export function asObject(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** An item or a key: a map of attribute values. Their inside is dynalite's to judge. */
export function asItem(value: unknown): Item | undefined {
  const object = asObject(value);
  if (object === undefined) return undefined;
  return Object.values(object).every((attribute) => asObject(attribute) !== undefined) ? (object as Item) : undefined;
}

/** An answer of dynalite that must be a success. @throws ServiceError with dynalite's answer when it is not. */
export function succeeded(reply: JsonReply): Json {
  if (reply.status !== 200) throw new ServiceError(reply);
  return parseJson(reply.body);
}

/** The short name of an error answer's type, its message, or undefined for a success. */
export function errorOf(reply: JsonReply): { readonly type: string; readonly message: string } | undefined {
  if (reply.status === 200) return undefined;
  const body = parseJson(reply.body);
  const type = String(body.__type ?? "InternalServerError");
  return { type: type.slice(type.indexOf("#") + 1), message: String(body.message ?? body.Message ?? "") };
}
