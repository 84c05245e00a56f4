// Argon2d, Argon2i and Argon2id (RFC 9106) in PHC strings `$argon2id$v=19$m=KiB,t=N,p=N[,data=..]$salt$tag`,
// bare or behind Django's `argon2`. Version 16 (1.0, also strings without `v=`) is refused: see below.

import * as crypto from "node:crypto";
import { decodeBase64 } from "../core/encodings.ts";
import { MigrationError } from "../core/errors.ts";
import { bytesWithin, costWithin, damaged, encodedText, parseCost, readBound } from "../core/hash-bounds.ts";
import { claims, compareBytes, passwordToHash } from "../core/hash-check.ts";
import { parsePhc } from "../core/phc.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface Argon2Settings {
  /** The most memory to fill, MiB, 64 to 512; default 256. */
  readonly maxMemoryMiB?: number;
  /** The most memory times passes, MiB, 256 to 4,096; default 1,000. */
  readonly maxWorkMiB?: number;
  /** The key ("pepper") that the legacy system added beside salt and password. */
  readonly secret?: Secret;
}

// RFC 9106 recommends 64 MiB and 3 passes, or 2 GiB, which no function of this kind has; OWASP 19 MiB and 2 passes.
// 1,000 MiB-passes take 2 s on one whole processor. Salts are 8 bytes at least (RFC 9106 section 3.1).
const maxMemoryBound = { usual: 256, min: 64, max: 512 };
const maxWorkBound = { usual: 1000, min: 256, max: 4096 };
const passes = { min: 1, max: 64 };
const lanes = { min: 1, max: 16 };
const saltBytes = { min: 8, max: 64 };
const tagBytes = { min: 12, max: 128 };
const dataBytes = { min: 0, max: 256 };
/** Measured with Node 24's crypto.argon2: 370 ms for 64 MiB and 3 passes, 79 ms for 19 MiB and 2 passes. */
const costMsPerMiB = 2;

interface Limits {
  readonly memoryKiB: number;
  readonly workMiB: number;
  readonly secret: Secret | undefined;
}

/** Checks Argon2 hashes with node:crypto (Node 24.7 and later have it), off the main thread. */
export function argon2(settings: Argon2Settings = {}): HashFormat {
  const maxMemory = readBound("maxMemoryMiB", settings.maxMemoryMiB, maxMemoryBound);
  const maxWork = readBound("maxWorkMiB", settings.maxWorkMiB, maxWorkBound);
  const limits = { memoryKiB: 1024 * maxMemory.value, workMiB: maxWork.value, secret: settings.secret };
  const format: HashFormat = {
    name: "argon2",
    recognizes: claims("argon2", /^(?:argon2)?\$argon2(?:d|i|id)\$/),
    parse: (stored) => parse(stored, limits),
    // Salt and tag are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded: "$argon2id$v=19$m=19456,t=2,p=1$Qlmv+/F++yP15LILaVD5lQ$YqRJgOk93k16HcQkq55JS/yIpz4+CP8y8sBbzO0utVA",
    },
  };
  return withSettingFaults(format, [...maxMemory.faults, ...maxWork.faults, ...runtimeFaults()]);
}

function runtimeFaults(): readonly SettingFault[] {
  if (crypto.argon2 !== undefined) return [];
  return [{ path: "runtime", message: `Node ${process.versions.node} has no crypto.argon2, 24.7 and later have it` }];
}

function parse(stored: StoredPassword, limits: Limits): ParsedHash {
  const text = encodedText("argon2", stored).replace(/^argon2(?=\$)/, "");
  const phc = parsePhc("argon2", text, { required: ["m", "t", "p"], optional: ["data"] });
  const algorithm = parseAlgorithm(phc.id);
  requireVersion(phc.version);
  const parallelism = parseCost("argon2", "lanes", phc.get("p") ?? "", lanes);
  // RFC 9106 section 3.1: at least 8 blocks of 1 KiB a lane.
  const memoryBound = { min: 8 * parallelism, max: limits.memoryKiB };
  const memory = parseCost("argon2", "KiB of memory", phc.get("m") ?? "", memoryBound);
  const passCount = parseCost("argon2", "passes", phc.get("t") ?? "", passes);
  const workMiB = Math.ceil((memory * passCount) / 1024);
  costWithin("argon2", "MiB of memory times passes", workMiB, { min: 1, max: limits.workMiB });
  const nonce = bytesWithin("argon2", "bytes of salt", decodeBase64(phc.salt), saltBytes);
  const tag = bytesWithin("argon2", "bytes of tag", decodeBase64(phc.digest), tagBytes);
  const data = bytesWithin("argon2", "bytes of data", decodeBase64(phc.get("data") ?? ""), dataBytes);
  return {
    costMs: costMsPerMiB * workMiB,
    memoryBytes: memory * 1024,
    verify: async (password, signal) => {
      const computed = await derive(algorithm, {
        message: passwordToHash(password, signal),
        nonce,
        parallelism,
        tagLength: tag.length,
        memory,
        passes: passCount,
        associatedData: data,
        ...(limits.secret === undefined ? {} : { secret: limits.secret.reveal() }),
      });
      return compareBytes(computed, tag);
    },
  };
}

type Algorithm = Parameters<typeof crypto.argon2>[0];

function parseAlgorithm(id: string): Algorithm {
  if (id === "argon2d" || id === "argon2i" || id === "argon2id") return id;
  throw damaged("argon2", "an unknown variant, allowed argon2d, argon2i, argon2id");
}

/** A string without `v=` is of version 16: the reference implementation wrote no version before 1.3. */
function requireVersion(version: string | undefined): void {
  if (version === "19") return;
  if (version === undefined || version === "16") {
    // node:crypto and hash-wasm compute version 19 only; a mismatch would tell a user that a right password is wrong.
    throw new MigrationError("HASH_UNKNOWN", "argon2: version 16 (1.0), supported is 19 (1.3)");
  }
  throw damaged("argon2", "an unknown version, supported is 19");
}

function derive(algorithm: Algorithm, parameters: crypto.Argon2Parameters): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    crypto.argon2(algorithm, parameters, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
