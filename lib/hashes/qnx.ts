// QNX's /etc/shadow: `@m@digest@salt` (MD5), `@s@…` (SHA-256), `@S@…` (SHA-512), `@S,rounds@…`; in QNX 7 `@S@` with base64
// is PBKDF2. From hashcat's modes 19000 to 19200 and John the Ripper's list.

import { hash } from "node:crypto";
import { type Pbkdf2Hash, pbkdf2Hash } from "../algorithms/pbkdf2.ts";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText, parseCost } from "../core/hash-bounds.ts";
import { claims, compareBytes, passwordToHash } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { maxPasswordBytes } from "../core/secret.ts";
import type { StoredPassword } from "../core/user.ts";

interface QnxDigest {
  readonly name: "md5" | "sha256" | "sha512";
  readonly bytes: number;
}

const digests: ReadonlyMap<string, QnxDigest> = new Map([
  ["m", { name: "md5", bytes: 16 }],
  ["s", { name: "sha256", bytes: 32 }],
  ["S", { name: "sha512", bytes: 64 }],
]);

// The digest takes the password once more than there are rounds: with the longest password 10,000 are 10 MiB of text.
const usualRounds = "1000";
const usualPbkdf2Rounds = "4096";
const roundBound = { min: 1, max: 10_000 };
/** SHA-512 of a mebibyte takes 2 ms; one round of the longest password is a kibibyte. */
const costMsPerRound = 0.004;

/** Checks QNX hashes. */
export function qnx(): HashFormat {
  return {
    name: "qnx",
    recognizes: claims("qnx", /^@[msS](?:,[0-9]+)?@/),
    parse,
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        "@S@b1621e1489cd6ce4141aa4c72a1a0bc3ed759ba68c2af73b06837f203163121d6cde73408dccbcea47005fab6871ab39912229eaa24453100598d10ee8a4e3e2@72a11399790223ce",
    },
  };
}

function parse(stored: StoredPassword): ParsedHash {
  const syntax = /^@([msS])(?:,([0-9]+))?@([A-Za-z0-9+/=]+)@([^@]{1,128})$/;
  const [, id = "", count, text, salt] = syntax.exec(encodedText("qnx", stored)) ?? [];
  const digest = digests.get(id);
  if (digest === undefined || text === undefined || salt === undefined) {
    throw damaged("qnx", "not of the form @s@digest@salt with m, s or S");
  }
  if (digest.name === "sha512" && text.length !== 2 * digest.bytes) return qnx7(count, text, salt);
  const rounds = parseCost("qnx", "rounds", count ?? usualRounds, roundBound);
  const expected = bytesWithin("qnx", "bytes of digest", decodeHex(text), { min: digest.bytes, max: digest.bytes });
  return {
    costMs: costMsPerRound * rounds,
    memoryBytes: maxPasswordBytes * (rounds + 1),
    verify: async (password, signal) => {
      const bytes = passwordToHash(password, signal);
      const repeated = Buffer.alloc(bytes.length * (rounds + 1), bytes);
      return compareBytes(hash(digest.name, Buffer.concat([Buffer.from(salt), repeated]), "buffer"), expected);
    },
  };
}

function qnx7(rounds: string | undefined, text: string, salt: string): ParsedHash {
  const written: Pbkdf2Hash = {
    format: "qnx",
    digest: "sha512",
    iterations: rounds ?? usualPbkdf2Rounds,
    salt: decodeBase64(salt),
    key: decodeBase64(text),
  };
  return pbkdf2Hash(written);
}

export const qnxFamily: HashFamily = {
  name: "qnx",
  title: "QNX",
  specified: "hashcat's modes 19000 to 19200, John the Ripper's qnx",
  bounds: "exact digest length; 10,000 rounds; PBKDF2 as in pbkdf2",
  dialects: [
    {
      id: "qnx",
      example: "@s@0b365cab7e17ee1e7e1a90078501cc1aa85888d6da34e2f5b04f5c614b882a93@5498317092471604",
      usedBy: "QNX 6.6 and 7",
      line: "qnx()",
      read: stringAlone(qnx),
    },
  ],
};
