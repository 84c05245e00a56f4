// ASP.NET before Identity: SqlMembershipProvider (a digest or HMAC of salt and password, both columns in base64), EPiServer's
// notation of it (`$episerver$*0*salt*digest`), Umbraco's HMAC of the password with itself, and FormsAuthentication's bare
// digest in hexadecimal. Membership takes the password in UTF-16, FormsAuthentication in UTF-8.
// referencesource.microsoft.com, System.Web.Security.SqlMembershipProvider.EncodePassword.

import { createHmac, hash } from "node:crypto";
import { digestCheck } from "../algorithms/digest-check.ts";
import { utf16le } from "../algorithms/password-text.ts";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { stringAlone, textParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

/** .NET's names of digests and keyed digests: node's name, its length, and the length of the random key that .NET makes. */
const algorithms = {
  MD5: { digest: "md5", bytes: 16 },
  SHA1: { digest: "sha1", bytes: 20 },
  SHA256: { digest: "sha256", bytes: 32 },
  SHA384: { digest: "sha384", bytes: 48 },
  SHA512: { digest: "sha512", bytes: 64 },
  HMACMD5: { digest: "md5", bytes: 16, keyBytes: 64 },
  HMACSHA1: { digest: "sha1", bytes: 20, keyBytes: 64 },
  HMACSHA256: { digest: "sha256", bytes: 32, keyBytes: 64 },
  HMACSHA384: { digest: "sha384", bytes: 48, keyBytes: 128 },
  HMACSHA512: { digest: "sha512", bytes: 64, keyBytes: 128 },
} as const satisfies Readonly<Record<string, Algorithm>>;
type AlgorithmName = keyof typeof algorithms;
interface Algorithm {
  readonly digest: string;
  readonly bytes: number;
  readonly keyBytes?: number;
}

const schemes = ["membership", "forms-authentication", "umbraco"] as const;

export interface AspnetMembershipSettings {
  /** What strings without a prefix are; default `membership`, whose rows bring `salt`. */
  readonly scheme?: (typeof schemes)[number];
  /** `hashAlgorithmType` or `passwordFormat` of web.config; default `SHA1`, from .NET 4 on often `HMACSHA256`. */
  readonly algorithm?: AlgorithmName;
}

const name = "aspnet-membership";
const saltBytes = { min: 0, max: 1024 };

/** Checks the hashes of ASP.NET membership; those without a prefix in rows that name the format. */
export function aspnetMembership(settings: AspnetMembershipSettings = {}): HashFormat {
  const { scheme = "membership", algorithm = "SHA1" } = settings;
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^\$episerver\$\*/),
    parse(stored) {
      const text = encodedText(name, stored);
      if (text.startsWith("$")) return parseEpiserver(text);
      if (scheme === "umbraco") return parseUmbraco(text);
      return scheme === "forms-authentication" ? parseForms(text, algorithm) : parseMembership(stored, text, algorithm);
    },
  };
  const allowed = Object.keys(algorithms).join(", ");
  return withSettingFaults(format, [
    ...(schemes.includes(scheme) ? [] : [{ path: "scheme", message: `an unknown one, allowed ${schemes.join(", ")}` }]),
    ...(isAlgorithm(algorithm) ? [] : [{ path: "algorithm", message: `an unknown one, allowed ${allowed}` }]),
  ]);
}

function isAlgorithm(text: string): text is AlgorithmName {
  return Object.hasOwn(algorithms, text);
}

function parseMembership(stored: StoredPassword, text: string, algorithm: AlgorithmName): ParsedHash {
  if (stored.salt === undefined) throw damaged(name, "no salt beside the string");
  return salted(algorithms[algorithm], text, decodeBase64(stored.salt));
}

function parseEpiserver(text: string): ParsedHash {
  const [, version, salt = "", digest = ""] = /^\$episerver\$\*([01])\*([^*]*)\*([^*]+)$/.exec(text) ?? [];
  if (version === undefined) throw damaged(name, "not of the form $episerver$*version*salt*digest, version 0 or 1");
  return salted(version === "0" ? algorithms.SHA1 : algorithms.SHA256, digest, decodeBase64(salt));
}

function salted({ digest, bytes, keyBytes }: Algorithm, text: string, saltOrNone: Uint8Array | undefined): ParsedHash {
  const expected = bytesWithin(name, `bytes of ${digest}`, decodeBase64(text), { min: bytes, max: bytes });
  const salt = bytesWithin(name, "bytes of salt", saltOrNone, saltBytes);
  if (keyBytes !== undefined && salt.length === 0)
    throw damaged(name, "an empty salt, which a keyed digest cannot have");
  return digestCheck(expected, (password) => {
    const characters = utf16le(password);
    if (characters === undefined) return undefined;
    if (keyBytes === undefined) return hash(digest, Buffer.concat([salt, characters]), "buffer");
    // The salt is repeated until it fills the key that the algorithm would have made for itself.
    const key = Uint8Array.from({ length: keyBytes }, (_, index) => salt[index % salt.length] ?? 0);
    return createHmac(digest, key).update(characters).digest();
  });
}

function parseUmbraco(text: string): ParsedHash {
  const expected = bytesWithin(name, "bytes of sha1", decodeBase64(text), { min: 20, max: 20 });
  return digestCheck(expected, (password) => {
    const characters = utf16le(password);
    return characters === undefined ? undefined : createHmac("sha1", characters).update(characters).digest();
  });
}

function parseForms(text: string, algorithm: AlgorithmName): ParsedHash {
  const { digest, bytes } = algorithms[algorithm];
  const expected = bytesWithin(name, `bytes of ${digest}`, decodeHex(text), { min: bytes, max: bytes });
  return digestCheck(expected, (password) => hash(digest, password, "buffer"));
}

function dialect(id: string, usedBy: string, example: string, read: HashDialect["read"]): HashDialect {
  return { id, usedBy, example, line: "aspnetMembership()", read };
}

function algorithmParam(params: Readonly<Record<string, unknown>>): AlgorithmName {
  const algorithm = textParam(params, "algorithm");
  if (!isAlgorithm(algorithm)) throw damaged("row", "an unknown algorithm beside the string");
  return algorithm;
}

export const aspnetMembershipFamily: HashFamily = {
  name,
  title: "ASP.NET membership",
  specified: "System.Web's SqlMembershipProvider and FormsAuthentication",
  bounds: "one digest; salts up to 1,024 bytes",
  dialects: [
    {
      ...dialect(
        "aspnet-membership",
        "ASP.NET 2 to 4.5, DotNetNuke, Sitecore",
        "VqxMJoOONf1gZAp61t3WsN1dKGU=",
        (encoded, params) => ({
          format: aspnetMembership({ algorithm: algorithmParam(params) }),
          stored: { format: name, encoded, salt: textParam(params, "salt_b64") },
        }),
      ),
      beside: "salt column (PasswordSalt), algorithm of web.config",
      couldBe: /^[A-Za-z0-9+/]{22,86}={0,2}$/,
      line: 'aspnetMembership({ algorithm: "HMACSHA256" })',
    },
    dialect(
      "episerver",
      "EPiServer (Optimizely), in the crackers' notation",
      "$episerver$*0*fGJ2wn/5WlzqQoDeCA2kXA==*UQgnz/vPWap9UeD8Dhaw3h/fgFA=",
      stringAlone(aspnetMembership),
    ),
    {
      ...dialect("umbraco-hmacsha1", "Umbraco 4 to 7", "8uigXlGMNI7BzwLCJlDbcKR2FP4=", (encoded) => ({
        format: aspnetMembership({ scheme: "umbraco" }),
        stored: { format: name, encoded },
      })),
      couldBe: /^[A-Za-z0-9+/]{27}=$/,
      line: 'aspnetMembership({ scheme: "umbraco" })',
    },
    {
      ...dialect(
        "aspnet-forms-auth",
        "ASP.NET 1 and 2 (web.config credentials)",
        "3684311F2AB8CDB11EB6BDC159BD880D",
        (encoded, params) => ({
          format: aspnetMembership({ scheme: "forms-authentication", algorithm: algorithmParam(params) }),
          stored: { format: name, encoded },
        }),
      ),
      beside: "algorithm of web.config",
      couldBe: /^(?:[0-9A-F]{32}|[0-9A-F]{40})$/,
      line: 'aspnetMembership({ scheme: "forms-authentication", algorithm: "MD5" })',
    },
  ],
};
