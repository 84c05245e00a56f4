import { isDeepStrictEqual } from "node:util";
import { errorReply, type JsonReply } from "../aws-json-server.ts";
import type { SecretContent, SecretStore, SecretVersion, StoredSecret } from "./store.ts";

type Json = Readonly<Record<string, unknown>>;

/** The operations, with the error names and texts of https://docs.aws.amazon.com/secretsmanager/latest/apireference/ */
export function answerSecrets(store: SecretStore, operation: string, request: Json): JsonReply {
  switch (operation) {
    case "GetSecretValue":
      return withSecret(store, request, (secret) => getValue(secret, request));
    case "DescribeSecret":
      return withSecret(store, request, describe);
    case "CreateSecret":
      return create(store, request);
    case "PutSecretValue":
      return withSecret(store, request, (secret) => putValue(store, secret, request));
    default:
      return errorReply(400, "UnknownOperationException", `this stand-in does not know ${operation}`);
  }
}

function getValue(secret: StoredSecret, request: Json): JsonReply {
  const versionId = text(request.VersionId);
  const stage = text(request.VersionStage) ?? (versionId === undefined ? "AWSCURRENT" : undefined);
  const version = secret.versions.find(
    (one) => (versionId === undefined || one.id === versionId) && (stage === undefined || one.stages.includes(stage)),
  );
  if (version === undefined) {
    const wanted = versionId === undefined ? `staging label: ${stage}` : `VersionId: ${versionId}`;
    return notFound(`Secrets Manager can't find the specified secret value for ${wanted}`);
  }
  return ok({ ...named(secret), ...versioned(version), CreatedDate: version.created, ...version.content });
}

function describe(secret: StoredSecret): JsonReply {
  const staged = secret.versions.filter((version) => version.stages.length > 0);
  return ok({
    ...named(secret),
    CreatedDate: secret.created,
    LastChangedDate: secret.versions.at(-1)?.created ?? secret.created,
    VersionIdsToStages: Object.fromEntries(staged.map((version) => [version.id, version.stages])),
  });
}

function create(store: SecretStore, request: Json): JsonReply {
  const name = text(request.Name) ?? "";
  if (!/^[\w/+=.@!-]{1,512}$/.test(name)) {
    return errorReply(
      400,
      "ValidationException",
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    );
  }
  if (store.find(name) !== undefined) {
    return errorReply(
      400,
      "ResourceExistsException",
      `The operation failed because the secret ${name} already exists.`,
    );
  }
  const content = contentOf(request);
  const secret = store.create(name);
  if (content === undefined) return ok(named(secret));
  const version = store.add(secret, content, text(request.ClientRequestToken), ["AWSCURRENT"]);
  return ok({ ...named(secret), VersionId: version.id });
}

function putValue(store: SecretStore, secret: StoredSecret, request: Json): JsonReply {
  const content = contentOf(request);
  if (content === undefined) {
    return errorReply(400, "InvalidRequestException", "You must provide either SecretString or SecretBinary.");
  }
  const token = text(request.ClientRequestToken);
  const same = secret.versions.find((version) => version.id === token);
  if (same !== undefined && !isDeepStrictEqual(same.content, content)) {
    const message = `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`;
    return errorReply(400, "ResourceExistsException", message);
  }
  const given = request.VersionStages;
  const stages = Array.isArray(given) ? given.map(String) : ["AWSCURRENT"];
  return ok({ ...named(secret), ...versioned(same ?? store.add(secret, content, token, stages)) });
}

function withSecret(store: SecretStore, request: Json, answer: (secret: StoredSecret) => JsonReply): JsonReply {
  const secret = store.find(text(request.SecretId) ?? "");
  return secret === undefined ? notFound("Secrets Manager can't find the specified secret.") : answer(secret);
}

function contentOf(request: Json): SecretContent | undefined {
  const string = text(request.SecretString);
  const binary = text(request.SecretBinary);
  if (string !== undefined) return { SecretString: string };
  return binary === undefined ? undefined : { SecretBinary: binary };
}

function named(secret: StoredSecret): Json {
  return { ARN: secret.arn, Name: secret.name };
}

function versioned(version: SecretVersion): Json {
  return { VersionId: version.id, VersionStages: version.stages };
}

function notFound(message: string): JsonReply {
  return errorReply(400, "ResourceNotFoundException", message);
}

function ok(body: Json): JsonReply {
  return { status: 200, body: JSON.stringify(body) };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
