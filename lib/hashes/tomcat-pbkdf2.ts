// Tomcat's SecretKeyCredentialHandler: `salt$N$key`, salt and key in hexadecimal; the digest stands in server.xml.
// tomcat.apache.org/tomcat-11.0-doc/config/credentialhandler.html.

import {
  type Pbkdf2Bounds,
  type Pbkdf2Digest,
  pbkdf2BoundsText,
  pbkdf2Hash,
  pbkdf2KeyBytes,
  readPbkdf2Bounds,
} from "../algorithms/pbkdf2.ts";
import { decodeHex } from "../core/encodings.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { textParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

/** Java's names, as server.xml has them. */
const digests = {
  PBKDF2WithHmacSHA1: "sha1",
  PBKDF2WithHmacSHA224: "sha224",
  PBKDF2WithHmacSHA256: "sha256",
  PBKDF2WithHmacSHA384: "sha384",
  PBKDF2WithHmacSHA512: "sha512",
} as const satisfies Readonly<Record<string, Pbkdf2Digest>>;
type Algorithm = keyof typeof digests;

export interface TomcatPbkdf2Settings extends Pbkdf2Bounds {
  /** The handler's `algorithm`; default `PBKDF2WithHmacSHA1`. */
  readonly algorithm?: Algorithm;
}

const name = "tomcat-pbkdf2";

/** Checks the hashes of a SecretKeyCredentialHandler, in rows that name the format. */
export function tomcatPbkdf2(settings: TomcatPbkdf2Settings = {}): HashFormat {
  const { algorithm = "PBKDF2WithHmacSHA1" } = settings;
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    // Tomcat's iterated digests look the same.
    recognizes: (stored) => stored.format === name,
    parse: (stored) => parse(encodedText(name, stored), digests[algorithm], maxIterations),
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: { format: name, encoded: "209a949d3e5de062a45f5a0f500e02e4$20000$a4dac50217fcf288247e016c711ce6a6ac6c813e" },
  };
  const allowed = Object.keys(digests).join(", ");
  const unknown = isAlgorithm(algorithm) ? [] : [{ path: "algorithm", message: `an unknown one, allowed ${allowed}` }];
  return withSettingFaults(format, [...unknown, ...faults]);
}

function isAlgorithm(text: string): text is Algorithm {
  return Object.hasOwn(digests, text);
}

function parse(text: string, digest: Pbkdf2Digest, maxIterations: number | undefined): ParsedHash {
  const [, salt, iterations = "", key = ""] = /^([^$]*)\$([^$]*)\$([^$]*)$/.exec(text) ?? [];
  if (salt === undefined) throw damaged(name, "not of the form salt$N$key");
  const [saltBytes, keyBytes] = [decodeHex(salt), decodeHex(key)];
  return pbkdf2Hash({
    format: name,
    digest,
    iterations,
    salt: saltBytes,
    key: keyBytes,
    keyBytes: pbkdf2KeyBytes,
    maxIterations,
  });
}

export const tomcatPbkdf2Family: HashFamily = {
  name,
  title: "Tomcat, PBKDF2",
  specified: "Tomcat's SecretKeyCredentialHandler",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "tomcat",
      example: "c649f146c774a79fbc09be8eaa20b009$1000$9f686ef5ee742195021c1a3721ceefe576d5223e",
      beside: "the handler's algorithm",
      usedBy: "Tomcat (SecretKeyCredentialHandler)",
      couldBe: /^[0-9a-f]+\$[0-9]+\$[0-9a-f]{32,}$/,
      line: 'tomcatPbkdf2({ algorithm: "PBKDF2WithHmacSHA512" })',
      read: (encoded, params) => {
        const algorithm = textParam(params, "algorithm");
        if (!isAlgorithm(algorithm)) throw damaged("row", "an unknown algorithm beside the string");
        return { format: tomcatPbkdf2({ algorithm }), stored: { format: name, encoded } };
      },
    },
  ],
};
