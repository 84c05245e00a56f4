// The NT hash as crypt(3) writes it: `$3$$<32 hex>`, MD4 (RFC 1320) of the password in UTF-16LE, without a salt. FreeBSD
// and libxcrypt (crypt(5)) widen each byte of the password by itself, passlib (bsd_nthash) reads UTF-8: they differ for
// all that is not ASCII, the string does not tell, and so both are tried.

import { md4 } from "hash-wasm";
import { decodeHex } from "../core/encodings.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims, compareBytes, passwordToHash } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import type { StoredPassword } from "../core/user.ts";

const costMs = 0.1;
/** Two pages of the WASM instance. */
const memoryBytes = 128 * 1024;

/** Checks NT hashes of crypt(3). A hash without salt and rounds: nothing has to be bounded. */
export function nthashMcf(): HashFormat {
  return {
    name: "nthash-mcf",
    recognizes: claims("nthash-mcf", /^\$3\$/),
    parse,
    // Random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$3$$fb22d5d6c51c94b3b2e326b9074336b3" },
  };
}

const syntax = /^\$3\$\$([0-9A-Fa-f]{32})$/;

function parse(stored: StoredPassword): ParsedHash {
  const [, hex] = syntax.exec(encodedText("nthash-mcf", stored)) ?? [];
  const digest = hex === undefined ? undefined : decodeHex(hex);
  if (digest === undefined) throw damaged("nthash-mcf", "not of the form $3$$ and 32 hexadecimal digits");
  return {
    costMs,
    memoryBytes,
    verify: async (password, signal) => {
      const verdicts = await Promise.all(
        readings(passwordToHash(password, signal)).map(async (text) =>
          compareBytes(Buffer.from(await md4(Buffer.from(text, "utf16le")), "hex"), digest),
        ),
      );
      return verdicts.includes("match") ? "match" : "mismatch";
    },
  };
}

/** The password as one character a byte, and as UTF-8 where it is that. */
function readings(password: Uint8Array): readonly string[] {
  const bytes = Buffer.from(password);
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? [bytes.toString("latin1"), text] : [bytes.toString("latin1")];
}

export const nthashMcfFamily: HashFamily = {
  name: "nthash-mcf",
  title: "NT hash of crypt(3)",
  specified: "FreeBSD's crypt(3), libxcrypt's crypt(5), passlib's bsd_nthash",
  bounds: "no salt and no rounds",
  dialects: [
    {
      id: "nthash-mcf",
      example: "$3$$9ddb4d47c5cf14d18bbce5207b6ef095",
      usedBy: "FreeBSD, libxcrypt",
      line: "nthashMcf()",
      read: stringAlone(nthashMcf),
    },
  ],
};
