// macOS accounts: `$ml$N$salt$key` (10.8 and later, PBKDF2 with SHA-512, as the crackers write the ShadowHashData), and the
// bare hexadecimal of four bytes of salt with SHA-512 (10.7) or SHA-1 (10.4 to 10.6) of salt and password.
// hashcat modes 7100, 1722, 122; John the Ripper's XSHA and XSHA512.

import { hash } from "node:crypto";
import { digestCheck } from "../algorithms/digest-check.ts";
import { type Pbkdf2Bounds, pbkdf2BoundsText, pbkdf2Hash, readPbkdf2Bounds } from "../algorithms/pbkdf2.ts";
import { decodeHex } from "../core/encodings.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type MacosSettings = Pbkdf2Bounds;

const name = "macos";
const saltBytes = 4;
/** Open Directory keeps 128 bytes, of which exports often have the first 64. */
const keyBytes = { min: 64, max: 128 };
const saltedDigests: ReadonlyMap<number, "sha1" | "sha512"> = new Map([
  [saltBytes + 20, "sha1"],
  [saltBytes + 64, "sha512"],
]);

/** Checks the hashes of macOS; those without a prefix in rows that name the format. */
export function macos(settings: MacosSettings = {}): HashFormat {
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^\$ml\$/),
    parse(stored) {
      const text = encodedText(name, stored);
      return text.startsWith("$ml$") ? parsePbkdf2(text, maxIterations) : parseSalted(text);
    },
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        "$ml$40000$7e91da90b583bfc66755baa3ba3f2428f2d2dd4bf83c7408bb0deb2b47e4afeb$0ff5f21aeb86c86282a32c383a82f51899bb6ca1d87624635538213c6b8e0cec8db007b87fd2e43dd69c3ed24c7323c91184c363bdf65e601dd254b74291ba73",
    },
  };
  return withSettingFaults(format, faults);
}

function parsePbkdf2(text: string, maxIterations: number | undefined): ParsedHash {
  const [, iterations, salt = "", key = ""] = /^\$ml\$([^$]*)\$([^$]*)\$([^$]*)$/.exec(text) ?? [];
  if (iterations === undefined) throw damaged(name, "not of the form $ml$N$salt$key");
  const decoded = { salt: decodeHex(salt), key: decodeHex(key) };
  return pbkdf2Hash({ format: name, digest: "sha512", iterations, ...decoded, keyBytes, maxIterations });
}

function parseSalted(text: string): ParsedHash {
  const bytes = decodeHex(text);
  const digest = saltedDigests.get(bytes?.length ?? 0);
  if (bytes === undefined || digest === undefined) throw damaged(name, "not $ml$, nor 24 or 68 bytes in hexadecimal");
  const salt = bytes.subarray(0, saltBytes);
  return digestCheck(bytes.subarray(saltBytes), (password) => hash(digest, Buffer.concat([salt, password]), "buffer"));
}

const bare: HashDialect["read"] = (encoded) => ({ format: macos(), stored: { format: name, encoded } });

export const macosFamily: HashFamily = {
  name,
  title: "macOS",
  specified: "hashcat modes 7100, 1722 and 122",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "macos-pbkdf2-sha512",
      example:
        "$ml$23923$c3fa2e153466f7619286024fe7d812d0a8ae836295f84b9133ccc65456519fc3$ccb903ee691ade6d5dee9b3c6931ebed6ddbb1348f1b26c21add8ba0d45f27e61e97c0b80d9a18020944bb78f1ebda6fdd79c5cf08a12c80522caf987c287b6d",
      usedBy: "macOS 10.8 and later",
      line: "macos()",
      read: stringAlone(macos),
    },
    {
      id: "macos-salted-sha512",
      example:
        "07543781b07e905f6f947db8ae305c248b9e12f509b41097e852e2f450e824790e677ea7397b8a9a552b1c19ecf6a6e1dd3844fa5ee5db23976962859676f7d2fb85ca94",
      usedBy: "Mac OS X 10.7",
      couldBe: /^[0-9A-Fa-f]{136}$/,
      line: "macos()",
      read: bare,
    },
    {
      id: "macos-salted-sha1",
      example: "86586886b8bd3c379d2e176243a7225e6aae969d293fe9a9",
      usedBy: "Mac OS X 10.4 to 10.6",
      couldBe: /^[0-9A-Fa-f]{48}$/,
      line: "macos()",
      read: bare,
    },
  ],
};
