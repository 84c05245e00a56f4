// Keycloak's password credential as its realm export has it: `credentialData` (algorithm, hashIterations,
// additionalParameters) and `secretData` (value, salt), each a JSON text or an object; and the flat credential of
// Keycloak before 8. Keycloak: PasswordCredentialModel, Pbkdf2PasswordHashProvider, Argon2PasswordHashProvider.

import { type Argon2Bounds, type Argon2Limits, argon2Hash, readArgon2Bounds } from "../algorithms/argon2.ts";
import type { Argon2Variant } from "../algorithms/argon2-input.ts";
import { innerFormat } from "../algorithms/inner-format.ts";
import {
  asFields,
  type Fields,
  field,
  nestedFields,
  optionalText,
  parseJson,
  requiredNumber,
  requiredText,
} from "../algorithms/json-fields.ts";
import {
  type Pbkdf2Bounds,
  type Pbkdf2Digest,
  pbkdf2BoundsText,
  pbkdf2Hash,
  pbkdf2KeyBytes,
  readPbkdf2Bounds,
} from "../algorithms/pbkdf2.ts";
import { decodeBase64 } from "../core/encodings.ts";
import { costWithin, damaged, encodedText, wholeNumber } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { bytesParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export interface KeycloakSettings extends Argon2Bounds, Pbkdf2Bounds {
  /** For algorithms of plug-ins: who takes the value that stands in `secretData`, e.g. `[bcrypt()]`. */
  readonly formats?: readonly HashFormat[];
}

const name = "keycloak";
const digests: ReadonlyMap<string, Pbkdf2Digest> = new Map([
  ["pbkdf2", "sha1"],
  ["pbkdf2-sha1", "sha1"],
  ["pbkdf2-sha256", "sha256"],
  ["pbkdf2-sha512", "sha512"],
]);
const variants: ReadonlyMap<string, Argon2Variant> = new Map([
  ["d", "argon2d"],
  ["i", "argon2i"],
  ["id", "argon2id"],
]);

/** Checks rows that are a password credential of Keycloak. */
export function keycloak(settings: KeycloakSettings = {}): HashFormat {
  const argon2 = readArgon2Bounds(settings);
  const pbkdf2 = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^\s*\{(?=.*"(?:secretData|hashedSaltedValue)")/s),
    takesTheRest: true,
    parse(stored) {
      const credential = readCredential(encodedText(name, stored));
      const digest = digests.get(credential.algorithm);
      if (digest !== undefined) return parsePbkdf2(credential, digest, pbkdf2.maxIterations);
      if (credential.algorithm === "argon2") return parseArgon2(credential, argon2.limits);
      const inner = { encoded: requiredText(name, credential.secret, "value") };
      return innerFormat(name, settings.formats ?? [], inner).parse(inner);
    },
    // Salt and tag are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        '{"credentialData":{"hashIterations":5,"algorithm":"argon2","additionalParameters":{"hashLength":["32"],"memory":["7168"],"type":["id"],"version":["1.3"],"parallelism":["1"]}},"secretData":{"value":"kk7Bocq1X8EddJTtF+dAS0jHPIQebK7QxOQfctLssJw=","salt":"nMQVbF2azDyNqXM+gBr7eg=="}}',
    },
  };
  return withSettingFaults(format, [...argon2.faults, ...pbkdf2.faults]);
}

interface Credential {
  readonly algorithm: string;
  readonly data: Fields;
  /** `value` and `salt`. */
  readonly secret: Fields;
}

function readCredential(text: string): Credential {
  const object = asFields(name, "the row", parseJson(name, text));
  const flat = optionalText(name, object, "hashedSaltedValue");
  const secret =
    flat === undefined
      ? nestedFields(name, "secretData", field(object, "secretData"))
      : { value: flat, salt: field(object, "salt") };
  const data = flat === undefined ? nestedFields(name, "credentialData", field(object, "credentialData")) : object;
  return { algorithm: requiredText(name, data, "algorithm"), data, secret };
}

function parsePbkdf2(credential: Credential, digest: Pbkdf2Digest, maxIterations: number | undefined): ParsedHash {
  return pbkdf2Hash({
    ...{ format: name, digest, maxIterations, ...decodedSecret(credential) },
    iterations: requiredNumber(name, credential.data, "hashIterations"),
    // Keycloak's keys have 64 bytes; older ones and those of imported users have others.
    keyBytes: pbkdf2KeyBytes,
  });
}

function parseArgon2(credential: Credential, limits: Argon2Limits): ParsedHash {
  const more = nestedFields(name, "additionalParameters", field(credential.data, "additionalParameters"));
  const variant = variants.get(first(more, "type"));
  const version = first(more, "version");
  if (variant === undefined) throw damaged(name, "an unknown type of Argon2, allowed d, i and id");
  if (version !== "1.3" && version !== "1.0") throw damaged(name, "an unknown version of Argon2, allowed 1.0 and 1.3");
  const { salt, key } = decodedSecret(credential);
  const length = costWithin(name, "as hashLength", wholeNumber(first(more, "hashLength")) ?? -1, { min: 12, max: 128 });
  return argon2Hash({
    ...{ format: name, variant, version: version === "1.3" ? 19 : 16, limits, salt },
    ...{ memoryKiB: first(more, "memory"), lanes: first(more, "parallelism"), tag: key },
    passes: requiredNumber(name, credential.data, "hashIterations"),
    tagBytes: { min: length, max: length },
  });
}

function decodedSecret({ secret }: Credential): {
  readonly salt: Uint8Array | undefined;
  readonly key: Uint8Array | undefined;
} {
  return {
    salt: decodeBase64(requiredText(name, secret, "salt")),
    key: decodeBase64(requiredText(name, secret, "value")),
  };
}

/** A parameter: a list of one text. */
function first(more: Fields, parameter: string): string {
  const value = field(more, parameter);
  const text: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof text !== "string") throw damaged(name, `no ${parameter} among the additionalParameters`);
  return text;
}

/** The credential, or its value with the other fields beside it. */
const read: HashDialect["read"] = (encoded, params, all) => {
  const format = keycloak({ formats: all });
  if (/^\s*\{/.test(encoded)) return { format, stored: { encoded } };
  const { credentialData = { algorithm: params.algorithm, hashIterations: params.hashIterations } } = params;
  const salt = Buffer.from(bytesParam(params, "salt") ?? []).toString("base64");
  const secretData = { value: encoded, salt };
  const credential = { type: "password", credentialData, secretData };
  return { format, stored: { encoded: JSON.stringify(credential) } };
};

export const keycloakFamily: HashFamily = {
  name,
  title: "Keycloak password credential",
  specified: "Keycloak's realm export, PasswordCredentialModel",
  bounds: `PBKDF2 ${pbkdf2BoundsText}; Argon2 256 MiB (maxMemoryMiB, up to 512)`,
  dialects: [
    {
      id: "keycloak-pbkdf2",
      example:
        '{"type":"password","credentialData":"{\\"hashIterations\\":27500,\\"algorithm\\":\\"pbkdf2-sha256\\"}","secretData":"{\\"value\\":\\"LjFqvhPuUHJdQvWIwVQfqxjeujAWqG/DVQRFoOv62/cTznl9ob4jwWwY6i1RrwGviu5iNPU5VIp03SxDyetyfw==\\",\\"salt\\":\\"jVqbuA9k2Mlo37OWXBMKLw==\\"}"}',
      usedBy: "Keycloak (pbkdf2, pbkdf2-sha256, pbkdf2-sha512)",
    },
    {
      id: "keycloak-argon2",
      example:
        '{"type":"password","credentialData":"{\\"hashIterations\\":5,\\"algorithm\\":\\"argon2\\",\\"additionalParameters\\":{\\"hashLength\\":[\\"32\\"],\\"memory\\":[\\"7168\\"],\\"type\\":[\\"id\\"],\\"version\\":[\\"1.3\\"],\\"parallelism\\":[\\"1\\"]}}","secretData":"{\\"value\\":\\"UNRBWYixaPIzRVuKT419aeTF3YnPoTcXnrkaD0lXMaY=\\",\\"salt\\":\\"ypQtK4SLxln2BCpeJ1ZWaA==\\"}"}',
      usedBy: "Keycloak 25 and later",
    },
  ].map((dialect) => ({ ...dialect, line: "keycloak()", read })),
};
