// Sybase (SAP) ASE 15 logins: `0xc007`, eight bytes of salt, SHA-256 of the password in UTF-16 and the salt. hashcat mode 8000.

import { hash } from "node:crypto";
import { digestCheck } from "../algorithms/digest-check.ts";
import { utf16be } from "../algorithms/password-text.ts";
import { decodeHex } from "../core/encodings.ts";
import { bytesWithin, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";

const name = "sybase-ase";
const saltBytes = 8;
const digestBytes = 32;
/** The password fills a field of 255 characters, the rest of it zeros. */
const fieldBytes = 510;

/** Checks Sybase ASE's hashes. */
export function sybaseAse(): HashFormat {
  return {
    name,
    recognizes: claims(name, /^0xc007[0-9A-Fa-f]{80}$/i),
    parse(stored) {
      const [, hex] = /^0xc007(.*)$/is.exec(encodedText(name, stored)) ?? [];
      const length = saltBytes + digestBytes;
      const bytes = bytesWithin(name, "bytes of salt and digest", decodeHex(hex ?? "?"), { min: length, max: length });
      const salt = bytes.subarray(0, saltBytes);
      return digestCheck(bytes.subarray(saltBytes), (password) => {
        const text = utf16be(password);
        if (text === undefined || text.length > fieldBytes) return undefined;
        const field = Buffer.alloc(fieldBytes);
        field.set(text);
        return hash("sha256", Buffer.concat([field, salt]), "buffer");
      });
    },
  };
}

export const sybaseAseFamily: HashFamily = {
  name,
  title: "Sybase ASE",
  specified: "hashcat mode 8000",
  bounds: "one digest",
  dialects: [
    {
      id: "sybase-ase",
      example: "0xc00717948933286141350d20fe7e96090fbb3794553f052eba14bb771a99c9d3603f59e601045a123a5e",
      usedBy: "Sybase ASE 15, SAP ASE 16",
      line: "sybaseAse()",
      read: stringAlone(sybaseAse),
    },
  ],
};
