// Oracle Database: `S:` (11g, SHA-1) and `T:` (12c, PBKDF2 with SHA-512), alone or in one SPARE4 value with `;` between, and
// the bare 16 hexadecimal digits of 10g's PASSWORD column (DES over user name and password).
// docs.oracle.com, Database Security Guide, "Configuring Authentication" (password versions); passlib's oracle10 and oracle11.

import { createHash } from "node:crypto";
import { digestCheck } from "../algorithms/digest-check.ts";
import { utf16be } from "../algorithms/password-text.ts";
import { pbkdf2Hash } from "../algorithms/pbkdf2.ts";
import { desBlockBytes, desCbcLastBlock } from "../algorithms/single-des.ts";
import { decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone, textParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import type { StoredPassword } from "../core/user.ts";

const name = "oracle";
const sha1Bytes = 20;
const sha1SaltBytes = 10;
const sha512Bytes = 64;
const sha512SaltBytes = 16;
const iterations12c = 4096;

/** Checks Oracle's hashes; 10g's in rows that name the format and bring `username`. */
export function oracle(): HashFormat {
  return {
    name,
    recognizes: claims(name, /^[SHT]:[0-9A-Fa-f]{32}/),
    parse(stored) {
      const text = encodedText(name, stored);
      return text.includes(":") ? parseVerifiers(text) : parse10(text, stored);
    },
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        "T:8B118E31BF8B403EB3ED390C4DC07751AE98976AEEE93DF6A601FEBAEF054A46584888204F0FCBC53912DE570D27EDC0CCE244108BEA17102302BC7F7FCA7E8D9AF40240A45A6C14BAE3968F7416407A",
    },
  };
}

/** The strongest of the verifiers decides. `H:` is XML DB's digest authentication and is not checked. */
function parseVerifiers(text: string): ParsedHash {
  const found = text.split(";").map((part) => /^([SHT]):([0-9A-Fa-f]+)$/.exec(part));
  if (found.some((part) => part === null)) throw damaged(name, "not of the form S:hex, T:hex or both with ; between");
  const verifier = (kind: string) => found.find((part) => part?.[1] === kind)?.[2];
  const [t, s] = [verifier("T"), verifier("S")];
  if (t !== undefined) return parse12(t);
  if (s !== undefined) return parse11(s);
  throw damaged(name, "neither S: nor T:");
}

function parse11(hex: string): ParsedHash {
  const length = sha1Bytes + sha1SaltBytes;
  const bytes = bytesWithin(name, "bytes of SHA-1 and salt", decodeHex(hex), { min: length, max: length });
  const salt = bytes.subarray(sha1Bytes);
  return digestCheck(bytes.subarray(0, sha1Bytes), (password) => {
    return createHash("sha1").update(password).update(salt).digest();
  });
}

function parse12(hex: string): ParsedHash {
  const length = sha512Bytes + sha512SaltBytes;
  const bytes = bytesWithin(name, "bytes of SHA-512 and salt", decodeHex(hex), { min: length, max: length });
  const salt = bytes.subarray(sha512Bytes);
  return pbkdf2Hash({
    format: name,
    digest: "sha512",
    iterations: iterations12c,
    salt: Buffer.concat([salt, Buffer.from("AUTH_PBKDF2_SPEEDY_KEY")]),
    key: bytes.subarray(0, sha512Bytes),
    finish: {
      keyLength: sha512Bytes,
      apply: (key) => createHash("sha512").update(key).update(salt).digest(),
    },
  });
}

const key10 = Buffer.from("0123456789abcdef", "hex");

function parse10(text: string, stored: StoredPassword): ParsedHash {
  const expected = bytesWithin(name, "bytes of DES", decodeHex(text), { min: desBlockBytes, max: desBlockBytes });
  const { username } = stored;
  if (username === undefined || username === "") throw damaged(name, "no user name beside the string");
  return digestCheck(expected, (password) => {
    const both = utf16be(Buffer.concat([Buffer.from(username), password]), (value) => value.toUpperCase());
    if (both === undefined) return undefined;
    const padded = Buffer.alloc(Math.ceil(both.length / desBlockBytes) * desBlockBytes);
    padded.set(both);
    return desCbcLastBlock(desCbcLastBlock(key10, padded), padded);
  });
}

export const oracleFamily: HashFamily = {
  name,
  title: "Oracle Database",
  specified: "Oracle's password versions 10G, 11G and 12C",
  bounds: "fixed costs: 12c has 4,096 iterations",
  dialects: [
    {
      id: "oracle12c",
      example:
        "T:8F75FBD166AFDB6D7587DAB89C2F15672AAC031C5B0B5E65C0835FB130555F6FF4E0E5764976755558112246FFF306450C22F6B7746B9E9831ED97B373992F9157436180438417080374881414745255",
      usedBy: "Oracle 12c and later",
      line: "oracle()",
      read: stringAlone(oracle),
    },
    {
      id: "oracle11",
      example: "S:5FDAB69F543563582BA57894FE1C1361FB8ED57B903603F2C52ED1B4D642",
      usedBy: "Oracle 11g",
      line: "oracle()",
      read: stringAlone(oracle),
    },
    {
      id: "oracle10",
      example: "F894844C34402B67",
      beside: "user name",
      usedBy: "Oracle 7 to 10g",
      couldBe: /^[0-9A-Fa-f]{16}$/,
      line: "oracle()",
      read: (encoded, params) => ({
        format: oracle(),
        stored: { format: name, encoded, username: textParam(params, "username") },
      }),
    },
  ],
};
