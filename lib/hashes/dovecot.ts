// Dovecot's own schemes, with its `.B64` and `.HEX` suffixes: doc.dovecot.org, "Password Schemes". Its RFC 2307 digests
// without a suffix are `ldap()`'s, its crypt(3) strings `cryptPrefixed()`'s, `{PBKDF2}` `ldapPbkdf2()`'s, `{SCRAM-...}`
// `scram()`'s.

import { createHash } from "node:crypto";
import { type ComputeDigest, digestCheck } from "../algorithms/digest-check.ts";
import { cramMd5States } from "../algorithms/hmac-md5-states.ts";
import { md4 } from "../algorithms/md4.ts";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { MigrationError } from "../core/errors.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { stringAlone, textParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface DovecotSettings {
  /** The formats of crypt(3) strings in `{MD5}$1$...`, `{SHA512-CRYPT.B64}` and the like: `[md5Crypt(), shaCrypt()]`. */
  readonly formats?: readonly HashFormat[];
}

const name = "dovecot";
type Encoding = "hex" | "base64" | "text";

interface Digest {
  readonly bytes: number;
  /** The digest has a salt behind it. */
  readonly salted?: true;
  readonly encoding: Encoding;
  /** @param salt Empty where the scheme has none. */
  compute(salt: Uint8Array, stored: StoredPassword): ComputeDigest;
}

function digest(algorithm: string, bytes: number, encoding: Encoding, salted?: true): Digest {
  const compute: Digest["compute"] = (salt) => (password) =>
    createHash(algorithm).update(password).update(salt).digest();
  return { bytes, encoding, compute, ...(salted === undefined ? {} : { salted }) };
}

const schemes: ReadonlyMap<string, Digest> = new Map([
  ["SHA", digest("sha1", 20, "base64")],
  ["SHA1", digest("sha1", 20, "base64")],
  ["SHA256", digest("sha256", 32, "base64")],
  ["SHA512", digest("sha512", 64, "base64")],
  ["SMD5", digest("md5", 16, "base64", true)],
  ["SSHA", digest("sha1", 20, "base64", true)],
  ["SSHA256", digest("sha256", 32, "base64", true)],
  ["SSHA512", digest("sha512", 64, "base64", true)],
  ["LDAP-MD5", digest("md5", 16, "base64")],
  ["PLAIN-MD5", digest("md5", 16, "hex")],
  ["PLAIN-MD4", { bytes: 16, encoding: "hex", compute: () => md4 }],
  ["DIGEST-MD5", { bytes: 16, encoding: "hex", compute: (_, stored) => digestMd5(stored) }],
  ["CRAM-MD5", { bytes: 32, encoding: "hex", compute: () => cramMd5States }],
]);
const plain: ReadonlySet<string> = new Set(["PLAIN", "CLEARTEXT", "CLEAR"]);
const saltBytes = { min: 1, max: 1024 };

// What `ldap()` and `digest` families have by the same name is theirs.
const own =
  /^\{(?:(?:SHA1|(?:LDAP|PLAIN|DIGEST|CRAM)-MD5|PLAIN-MD4|PLAIN|CLEAR|CLEARTEXT)(?:\.(?:B64|BASE64|HEX))?|(?:SMD5|S?SHA(?:256|512)?|(?:[A-Z0-9]+-)?CRYPT)\.(?:B64|BASE64|HEX))\}|^\{MD5\}\$1\$/i;

/** Checks Dovecot's own schemes; `{DIGEST-MD5}` in rows that bring `username` and `params.realm`. */
export function dovecot(settings: DovecotSettings = {}): HashFormat {
  const { formats = [] } = settings;
  const format: HashFormat = {
    name,
    recognizes: claims(name, own),
    parse: (stored) => parse(stored, encodedText(name, stored), formats),
  };
  const wrong = !Array.isArray(formats) || formats.some((one) => typeof one?.parse !== "function");
  const message = "not a list of formats, needed is one for each kind of crypt(3) string: [md5Crypt(), shaCrypt()]";
  return withSettingFaults(format, wrong ? [{ path: "formats", message }] : []);
}

function parse(stored: StoredPassword, text: string, formats: readonly HashFormat[]): ParsedHash {
  const [, scheme = "", suffix, rest = ""] = /^\{([A-Z0-9-]{1,16})(?:\.(B64|BASE64|HEX))?\}(.+)$/is.exec(text) ?? [];
  const upper = scheme.toUpperCase();
  const encoding = suffix === undefined ? undefined : suffix.toUpperCase() === "HEX" ? "hex" : "base64";
  if (upper === "MD5" || /(?:^|-)CRYPT$/.test(upper)) {
    const inner = bytesWithin(name, "bytes of a crypt(3) string", decode(rest, encoding ?? "text"), {
      min: 1,
      max: 1024,
    });
    return parseCrypt(Buffer.from(inner).toString(), formats);
  }
  if (plain.has(upper)) {
    const bytes = bytesWithin(name, "bytes of clear text", decode(rest, encoding ?? "text"), { min: 1, max: 1024 });
    return digestCheck(bytes, (password) => password);
  }
  const known = schemes.get(upper);
  if (known === undefined)
    throw damaged(name, `an unknown scheme, allowed are ${[...schemes.keys(), ...plain].join(", ")}`);
  const { bytes: length, salted } = known;
  const bound = { min: length + (salted ? saltBytes.min : 0), max: length + (salted ? saltBytes.max : 0) };
  const decoded = bytesWithin(name, `bytes of {${upper}}`, decode(rest, encoding ?? known.encoding), bound);
  const expected = decoded.subarray(0, outerStateAlone(upper, decoded) ? length / 2 : length);
  const compute = known.compute(decoded.subarray(length), stored);
  return digestCheck(expected, async (password, signal) => {
    return (await compute(password, signal))?.subarray(0, expected.length);
  });
}

function parseCrypt(encoded: string, formats: readonly HashFormat[]): ParsedHash {
  const format = formats.find((one) => one.recognizes({ encoded }));
  if (format !== undefined) return format.parse({ encoded });
  const known = formats.map((one) => one.name).join(", ") || "none";
  throw new MigrationError(
    "HASH_UNKNOWN",
    `${name}: a crypt(3) string that no listed format claims; listed are ${known}`,
  );
}

/** hashcat's example of {CRAM-MD5} has zeros for the second state, which MD5 never gives. */
function outerStateAlone(scheme: string, decoded: Uint8Array): boolean {
  return scheme === "CRAM-MD5" && decoded.subarray(16).every((byte) => byte === 0);
}

/** RFC 2831 section 2.1.2.1, H( { username-value, ":", realm-value, ":", passwd } ). */
function digestMd5(stored: StoredPassword): ComputeDigest {
  const { username } = stored;
  if (username === undefined || username === "") throw damaged(name, "no user name beside {DIGEST-MD5}");
  const [local = "", domain = ""] = username.split("@", 2);
  const { realm } = stored.params ?? {};
  const [user, of] = typeof realm === "string" ? [username, realm] : [local, domain];
  return (password) => createHash("md5").update(`${user}:${of}:`).update(password).digest();
}

function decode(text: string, encoding: Encoding): Uint8Array | undefined {
  if (encoding === "text") return Buffer.from(text);
  return encoding === "hex" ? decodeHex(text) : decodeBase64(text);
}

function dialect(id: string, example: string): HashDialect {
  return { id, example, usedBy: "Dovecot", line: "dovecot()", read: stringAlone(dovecot) };
}

const delegating: HashDialect["read"] = (encoded, _, all) => ({
  format: dovecot({ formats: all.filter((one) => one.name !== name) }),
  stored: { encoded },
});

export const dovecotFamily: HashFamily = {
  name,
  title: "Dovecot",
  specified: "doc.dovecot.org, Password Schemes; RFC 2195 and RFC 2831 for CRAM-MD5 and DIGEST-MD5",
  bounds: "one digest; salts up to 1,024 bytes",
  dialects: [
    {
      ...dialect("dovecot-md5", "{MD5}$1$wmyrgRuV$kImF6.9MAFQNHe23kq5vI/"),
      line: "dovecot({ formats: [md5Crypt()] })",
      read: delegating,
    },
    dialect("dovecot-ldap-md5", "{LDAP-MD5}WlUx/qn9htX0svBC3NV90Q=="),
    dialect("dovecot-plain-md5", "{PLAIN-MD5}5a5531fea9fd86d5f4b2f042dcd57dd1"),
    dialect("dovecot-plain-md4", "{PLAIN-MD4}db346d691d7acc4dc2625db19f9e3f52"),
    dialect("dovecot-plain", "{PLAIN}invented password"),
    dialect("dovecot-sha1", "{SHA1}qUqP5cyxm6YcTAhz05Hph5gvu9M="),
    dialect("dovecot-cram-md5", "{CRAM-MD5}e02d374fde0dc75a17a557039a3a5338c7743304777dccd376f332bee68d2cf6"),
    { ...dialect("dovecot-encoded", "{SSHA.HEX}723ce703b6355a0cd7b3c9be2d97ffc61c727885271047b1"), read: delegating },
    {
      ...dialect("dovecot-digest-md5", "{DIGEST-MD5}0ec46383efdb6f3d9be2a1dd142e0414"),
      beside: "user name and realm",
      read: (encoded, params) => ({
        format: dovecot(),
        stored: { encoded, username: textParam(params, "username"), params: { realm: textParam(params, "realm") } },
      }),
    },
  ],
};
