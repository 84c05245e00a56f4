// SCRAM verifiers (RFC 5802 section 3, RFC 7677) as servers keep them: PostgreSQL and RFC 5803
// (`SCRAM-SHA-256$N:salt$stored:server`), Dovecot (`{SCRAM-SHA-256}N,salt,stored,server`), passlib (`$scram$N$salt$sha-1=...`)
// and, in the crackers' notations, MongoDB (`$mongodb-scram$*...`, `$scram$user$...`) and XMPP (`$xmpp-scram$0$...`).

import { createHash } from "node:crypto";
import { type Pbkdf2Bounds, type Pbkdf2Digest, pbkdf2BoundsText, readPbkdf2Bounds } from "../algorithms/pbkdf2.ts";
import { type ScramHash, scramHash } from "../algorithms/scram.ts";
import { decodeAdaptedBase64, decodeBase64, decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText, wholeNumber } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type ScramSettings = Pbkdf2Bounds;

const name = "scram";

/** Checks SCRAM verifiers. */
export function scram(settings: ScramSettings = {}): HashFormat {
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^(?:SCRAM-SHA-(?:1|256|512)\$|\{SCRAM-SHA-(?:1|256|512)\}|\$(?:mongodb-|xmpp-)?scram\$)/),
    parse: (stored) => scramHash({ format: name, maxIterations, ...parse(encodedText(name, stored)) }),
    // Salt and keys are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        "SCRAM-SHA-256$4096:oQJK8d7tNE1oiB5VYV/UJA==$mhuCAuxP3EEvu30VVuS/SbjieROsYHAkW50RTtTbHYg=:yzbAA0ndaRZvdTODEJEkDixRMASHNvuo4dU27UOvfRE=",
    },
  };
  return withSettingFaults(format, faults);
}

type Written = Omit<ScramHash, "format" | "maxIterations">;

function parse(text: string): Written {
  const written =
    parseBothKeys(text) ?? parsePasslib(text) ?? parseMongodb(text) ?? parseMongodbOfJohn(text) ?? parseXmpp(text);
  if (written === undefined) throw damaged(name, "not one of the forms of a SCRAM verifier");
  return written;
}

const digests: ReadonlyMap<string, Pbkdf2Digest> = new Map([
  ["1", "sha1"],
  ["256", "sha256"],
  ["512", "sha512"],
]);

function parseBothKeys(text: string): Written | undefined {
  const match =
    /^SCRAM-SHA-([0-9]+)\$([^:$]*):([^:$]*)\$([^:$]*):([^:$]*)$/.exec(text) ??
    /^\{SCRAM-SHA-([0-9]+)\}([^,]*),([^,]*),([^,]*),([^,]*)$/.exec(text);
  const [, number = "", iterations = "", salt = "", stored = "", server = ""] = match ?? [];
  const digest = digests.get(number);
  if (digest === undefined) return undefined;
  const [storedKey, serverKey] = [decodeBase64(stored), decodeBase64(server)];
  const expected =
    storedKey === undefined || serverKey === undefined || storedKey.length !== serverKey.length
      ? undefined
      : Buffer.concat([storedKey, serverKey]);
  return { digest, iterations, salt: decodeBase64(salt), keys: "stored and server", expected };
}

/** Hash names as IANA has them, in the order of preference. */
const passlibDigests: ReadonlyMap<string, Pbkdf2Digest> = new Map([
  ["sha-256", "sha256"],
  ["sha-512", "sha512"],
  ["sha-384", "sha384"],
  ["sha-224", "sha224"],
  ["sha-1", "sha1"],
]);

/** Salted passwords of one or more digests; SHA-1's, which RFC 5802 demands, is always among them. */
function parsePasslib(text: string): Written | undefined {
  const [, iterations, salt = "", list = ""] = /^\$scram\$([^$]*)\$([^$]*)\$([^$]*=[^$]*)$/.exec(text) ?? [];
  if (iterations === undefined) return undefined;
  const entries = list.split(",").map((entry) => /^([a-z0-9-]{1,9})=([A-Za-z0-9./]+)$/.exec(entry));
  const values = new Map(entries.map((entry) => [entry?.[1] ?? "", entry?.[2] ?? ""]));
  const known = [...values.keys()].every((key) => passlibDigests.has(key));
  if (!known || values.size !== entries.length || !values.has("sha-1")) {
    throw damaged(name, `digests allowed are ${[...passlibDigests.keys()].join(", ")}, each once, sha-1 always`);
  }
  const [id = "", digest = "sha1"] = [...passlibDigests].find(([key]) => values.has(key)) ?? [];
  const expected = decodeAdaptedBase64(values.get(id) ?? "?");
  return { digest, iterations, salt: decodeAdaptedBase64(salt), keys: "salted", expected };
}

/** hashcat's notation, modes 24100 (type 0, SHA-1) and 24200 (type 1, SHA-256). */
function parseMongodb(text: string): Written | undefined {
  const [, type, user = "", iterations = "", salt = "", key = ""] =
    /^\$mongodb-scram\$\*([01])\*([^*]*)\*([^*]*)\*([^*]*)\*([^*]*)$/.exec(text) ?? [];
  if (type === undefined) return undefined;
  const written = { iterations, salt: decodeBase64(salt), keys: "server", expected: decodeBase64(key) } as const;
  if (type === "1") return { ...written, digest: "sha256" };
  const username = bytesWithin(name, "bytes of user name", decodeBase64(user), { min: 1, max: 1024 });
  return { ...written, digest: "sha1", prepare: mongodbDigest(username) };
}

/** John the Ripper's notation: always SHA-1. */
function parseMongodbOfJohn(text: string): Written | undefined {
  const [, user, iterations = "", salt = "", key = ""] =
    /^\$scram\$([^$]+)\$([^$]*)\$([^$]*)\$([^$]*)$/.exec(text) ?? [];
  if (user === undefined) return undefined;
  return {
    digest: "sha1",
    iterations,
    salt: decodeBase64(salt),
    keys: "stored",
    expected: decodeBase64(key),
    prepare: mongodbDigest(Buffer.from(user)),
  };
}

/** What MongoDB's SCRAM-SHA-1 takes for the password: https://github.com/mongodb/specifications, auth.md. */
function mongodbDigest(username: Uint8Array): (password: Uint8Array) => Uint8Array {
  return (password) => {
    const digest = createHash("md5").update(username).update(":mongo:").update(password);
    return Buffer.from(digest.digest("hex"));
  };
}

function parseXmpp(text: string): Written | undefined {
  const [, iterations, length = "", salt = "", key = ""] =
    /^\$xmpp-scram\$0\$([^$]*)\$([^$]*)\$([^$]*)\$([^$]*)$/.exec(text) ?? [];
  if (iterations === undefined) return undefined;
  const bytes = wholeNumber(length) ?? 0;
  const saltBytes = bytesWithin(name, "bytes of salt", decodeHex(salt), { min: bytes, max: bytes });
  return { digest: "sha1", iterations, salt: saltBytes, keys: "stored", expected: decodeHex(key) };
}

function dialect(id: string, usedBy: string, example: string): HashDialect {
  return { id, usedBy, example, line: "scram()", read: stringAlone(scram) };
}

export const scramFamily: HashFamily = {
  name,
  title: "SCRAM",
  specified: "RFC 5802, RFC 7677; SASLprep RFC 4013",
  bounds: pbkdf2BoundsText,
  dialects: [
    dialect(
      "postgres-scram-sha-256",
      "PostgreSQL 10 and later",
      "SCRAM-SHA-256$4096:IKfxzJ8Nq4PkLJCfgKcPmA==$iRw3qwTp18uaBnsTOEExbtgWdKeBMbSSnZvqD4sdqLQ=:hPciC1CcnBna3szR8Mf3MVc8t0W7QPbIHoMMrh4zRV0=",
    ),
    dialect(
      "rfc-scram",
      "RFC 5803 servers",
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    ),
    dialect(
      "dovecot-scram",
      "Dovecot",
      "{SCRAM-SHA-1}4096,sw6woODqhB1vldpKn9Tl8Q==,h652RBWEUVxUexkOuwnrdwA5mds=,utG4FPtfpeBGFyOQwrX5P/daZ0A=",
    ),
    dialect("passlib-scram", "passlib", "$scram$4096$QSXCR.Q6sek8bf92$sha-1=HZbuOlKbWl.eR8AfIposuKbhX30"),
    dialect(
      "mongodb-scram",
      "MongoDB 3.0 and later, in hashcat's notation",
      "$mongodb-scram$*0*dXNlcg==*10000*4p+f1tKpK18hQqrVr0UGOw==*Jv9lrpUQ2bVg2ZkXvRm2rppsqNw=",
    ),
    dialect(
      "mongodb-scram-jtr",
      "MongoDB 3.0 and later, in John the Ripper's notation",
      "$scram$someadmin$10000$wf42AF7JaU1NSeBaSmkKzw==$H6A5RF0qz6DrcWNNX4xe+wIeVEw=",
    ),
    dialect(
      "xmpp-scram-sha1",
      "Prosody, ejabberd, in the crackers' notation",
      "$xmpp-scram$0$4096$16$4f67aec1bd53f5f2f74652e69a3b8f32$4aec3caa8ace5180efa7a671092646c041ab1496",
    ),
  ],
};
