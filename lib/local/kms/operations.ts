import { randomBytes } from "node:crypto";
import { errorReply, type JsonReply } from "../aws-json-server.ts";
import { decrypt, type EncryptionContext, encrypt, type LocalKey, type LocalKeys, markIn } from "./keys.ts";

type Json = Readonly<Record<string, unknown>>;

/** The operations, with the error names and texts of https://docs.aws.amazon.com/kms/latest/APIReference/ */
export function answerKms(keys: LocalKeys, operation: string, request: Json): JsonReply {
  switch (operation) {
    case "GenerateDataKey":
      return generate(keys, request);
    case "Decrypt":
      return open(keys, request);
    default:
      return errorReply(400, "UnknownOperationException", `this stand-in does not know ${operation}`);
  }
}

function generate(keys: LocalKeys, request: Json): JsonReply {
  const context = contextOf(request);
  if (request.KeySpec !== "AES_256" || context === undefined) {
    return errorReply(400, "ValidationException", "this stand-in makes AES_256 keys, with a context of texts");
  }
  return withKey(keys, String(request.KeyId ?? ""), (key) => {
    const plain = randomBytes(32);
    const CiphertextBlob = encrypt(key, plain, context).toString("base64");
    return ok({ KeyId: key.arn, Plaintext: plain.toString("base64"), CiphertextBlob });
  });
}

function open(keys: LocalKeys, request: Json): JsonReply {
  const context = contextOf(request);
  const blob = Buffer.from(String(request.CiphertextBlob ?? ""), "base64");
  const mark = markIn(blob);
  const key = mark === undefined ? undefined : keys.byMark(mark);
  if (key === undefined || context === undefined) return errorReply(400, "InvalidCiphertextException", "");
  return withKey(keys, typeof request.KeyId === "string" ? request.KeyId : key.arn, (named) => {
    if (named.arn !== key.arn) {
      const message =
        "The key ID in the request does not identify a CMK that can perform this operation on this ciphertext.";
      return errorReply(400, "IncorrectKeyException", message);
    }
    const plain = decrypt(key, blob, context);
    if (plain === undefined) return errorReply(400, "InvalidCiphertextException", "");
    const Plaintext = plain.toString("base64");
    return ok({ KeyId: key.arn, Plaintext, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" });
  });
}

function withKey(keys: LocalKeys, id: string, answer: (key: LocalKey) => JsonReply): JsonReply {
  const key = keys.find(id);
  if (key === undefined) return errorReply(400, "NotFoundException", `Invalid keyId '${id}'`);
  if (!key.enabled) return errorReply(400, "DisabledException", `${key.arn} is disabled.`);
  return answer(key);
}

/** @returns undefined for one that is none. */
function contextOf({ EncryptionContext: given = {} }: Json): EncryptionContext | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  const pairs: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== "string") return undefined;
    pairs.push([name, value]);
  }
  return Object.fromEntries(pairs);
}

function ok(body: Json): JsonReply {
  return { status: 200, body: JSON.stringify(body) };
}
