// PBKDF2 (RFC 8018 section 5.2) in the strings of passlib (`$pbkdf2-sha256$N$salt$key`, also GitLab, Odoo, Phoenix),
// in PHC strings (`i=,l=`: Auth0, Ory Kratos, Discourse; `f=,w=,l=`: Mattermost) and in Django's
// (`pbkdf2_sha256$N$salt$key`, whose salt is text).

import {
  maxIterationsBound,
  type Pbkdf2Digest,
  type Pbkdf2Hash,
  pbkdf2DigestBytes,
  pbkdf2Hash,
  pbkdf2KeyBytes,
} from "../algorithms/pbkdf2.ts";
import { decodeAdaptedBase64, decodeBase64 } from "../core/encodings.ts";
import { type Bound, damaged, encodedText, parseCost, readBound } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import { parsePhc } from "../core/phc.ts";
import type { HashFormat } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export interface Pbkdf2Settings {
  /** The most iterations (for each block of the key), 600,000 to 10,000,000; default 4, 3, 2.3 or 1.5 million by digest. */
  readonly maxIterations?: number;
}

/** What a string says. */
type Written = Omit<Pbkdf2Hash, "format" | "maxIterations">;

/** Checks PBKDF2 hashes with node:crypto, off the main thread. */
export function pbkdf2(settings: Pbkdf2Settings = {}): HashFormat {
  const set = readBound("maxIterations", settings.maxIterations, maxIterationsBound);
  const maxIterations = settings.maxIterations === undefined ? undefined : set.value;
  const format: HashFormat = {
    name: "pbkdf2",
    recognizes: claims("pbkdf2", /^(?:\$pbkdf2(?:-sha(?:1|224|256|384|512))?\$|pbkdf2_sha(?:1|256)\$)/),
    parse: (stored) => pbkdf2Hash({ format: "pbkdf2", maxIterations, ...parseString(encodedText("pbkdf2", stored)) }),
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded: "$pbkdf2-sha256$i=600000,l=32$aRCy6xAcAsn9JE0erCz4TA$uqY027QKMrbKFP9bO6eFpjoL6ANUEPrEcEBDU4FLe+M",
    },
  };
  return withSettingFaults(format, set.faults);
}

function parseString(text: string): Written {
  const [, django, count, textSalt, djangoKey] = /^(pbkdf2_sha(?:1|256))\$([^$]*)\$([^$]+)\$([^$]*)$/.exec(text) ?? [];
  if (django !== undefined) {
    const digest = django === "pbkdf2_sha1" ? "sha1" : "sha256";
    return { digest, iterations: count ?? "", salt: Buffer.from(textSalt ?? ""), key: decodeBase64(djangoKey ?? "") };
  }
  const [, id, iterations, salt, key] = /^\$(pbkdf2[a-z0-9-]*)\$([^$=,]*)\$([^$]*)\$([^$]*)$/.exec(text) ?? [];
  if (id !== undefined) {
    return {
      digest: digestOfId(id, passlibIds),
      iterations: iterations ?? "",
      salt: decodeAdaptedBase64(salt ?? ""),
      key: decodeAdaptedBase64(key ?? ""),
    };
  }
  return text.startsWith("$pbkdf2$") ? parseMattermost(text) : parsePhcString(text);
}

function parsePhcString(text: string): Written {
  const phc = parsePhc("pbkdf2", text, { required: ["i"], optional: ["l"] });
  if (phc.version !== undefined && phc.version !== "1") throw damaged("pbkdf2", "an unknown version, supported is 1");
  const digest = digestOfId(phc.id, phcIds);
  const length = phc.get("l");
  const keyBytes = exactly(
    length === undefined ? pbkdf2DigestBytes(digest) : parseCost("pbkdf2", "as l", length, pbkdf2KeyBytes),
  );
  return {
    digest,
    iterations: phc.get("i") ?? "",
    salt: decodeBase64(phc.salt),
    key: decodeBase64(phc.digest),
    keyBytes,
  };
}

function parseMattermost(text: string): Written {
  const phc = parsePhc("pbkdf2", text, { required: ["f", "w", "l"] });
  const digest = digestOfId(phc.get("f") ?? "", mattermostIds);
  const keyBytes = exactly(parseCost("pbkdf2", "as l", phc.get("l") ?? "", pbkdf2KeyBytes));
  return {
    digest,
    iterations: phc.get("w") ?? "",
    salt: decodeBase64(phc.salt),
    key: decodeBase64(phc.digest),
    keyBytes,
  };
}

const passlibIds: ReadonlyMap<string, Pbkdf2Digest> = new Map([
  ["pbkdf2", "sha1"],
  ["pbkdf2-sha1", "sha1"],
  ["pbkdf2-sha256", "sha256"],
  ["pbkdf2-sha512", "sha512"],
]);

const phcIds: ReadonlyMap<string, Pbkdf2Digest> = new Map([
  ["pbkdf2-sha1", "sha1"],
  // What Ory Kratos writes as sha224 and sha384 is SHA-3, and it keeps it so; nobody else writes the two.
  ["pbkdf2-sha224", "sha3-224"],
  ["pbkdf2-sha256", "sha256"],
  ["pbkdf2-sha384", "sha3-384"],
  ["pbkdf2-sha512", "sha512"],
]);

const mattermostIds: ReadonlyMap<string, Pbkdf2Digest> = new Map([
  ["SHA256", "sha256"],
  ["SHA512", "sha512"],
]);

function digestOfId(id: string, ids: ReadonlyMap<string, Pbkdf2Digest>): Pbkdf2Digest {
  const digest = ids.get(id);
  if (digest === undefined) throw damaged("pbkdf2", `an unknown digest, allowed ${[...ids.keys()].join(", ")}`);
  return digest;
}

function exactly(length: number): Bound {
  return { min: length, max: length };
}
