// SQL Server logins (PWDENCRYPT, sys.sql_logins): `0x0100` with four bytes of salt and one or two SHA-1 digests, `0x0200` with
// SHA-512, of the password in UTF-16 and the salt. passlib's mssql2000 and mssql2005; hashcat modes 131, 132 and 1731.

import { hash } from "node:crypto";
import { digestCheck } from "../algorithms/digest-check.ts";
import { utf16le } from "../algorithms/password-text.ts";
import { decodeHex } from "../core/encodings.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";

const name = "mssql";
const saltBytes = 4;
const sha1Bytes = 20;
const sha512Bytes = 64;

/** Checks SQL Server's hashes. Those of SQL Server 2000 do not tell capitals from small letters, as there. */
export function mssql(): HashFormat {
  return {
    name,
    recognizes: claims(name, /^0x0[12]00[0-9A-Fa-f]{8}/),
    parse: (stored) => parse(encodedText(name, stored)),
  };
}

function parse(text: string): ParsedHash {
  const [, version, hex = ""] = /^0x0([12])00([0-9A-Fa-f]+)$/.exec(text) ?? [];
  const bytes = decodeHex(hex);
  if (version === undefined || bytes === undefined) throw damaged(name, "not 0x0100 or 0x0200 and hexadecimal digits");
  const [salt, digests] = [bytes.subarray(0, saltBytes), bytes.subarray(saltBytes)];
  if (version === "2" && digests.length === sha512Bytes) return salted("sha512", digests, salt);
  if (version === "1" && digests.length === sha1Bytes) return salted("sha1", digests, salt);
  // The second digest is that of the password in capitals, and the one that SQL Server 2000 compares unless it was
  // installed case-sensitive. hashcat leaves the first one empty.
  if (version === "1" && digests.length === 2 * sha1Bytes) {
    return salted("sha1", digests.subarray(sha1Bytes), salt, (password) => password.toUpperCase());
  }
  throw damaged(name, `${digests.length} bytes of digest, allowed 20 or 40 (0x0100) and 64 (0x0200)`);
}

function salted(
  digest: "sha1" | "sha512",
  expected: Uint8Array,
  salt: Uint8Array,
  change?: (text: string) => string,
): ParsedHash {
  return digestCheck(expected, (password) => {
    const text = utf16le(password, change);
    return text === undefined ? undefined : hash(digest, Buffer.concat([text, salt]), "buffer");
  });
}

function dialect(id: string, usedBy: string, example: string): HashDialect {
  return { id, usedBy, example, line: "mssql()", read: stringAlone(mssql) };
}

export const mssqlFamily: HashFamily = {
  name,
  title: "SQL Server",
  specified: "SQL Server's PWDENCRYPT, as passlib and hashcat have it",
  bounds: "one digest",
  dialects: [
    dialect(
      "mssql2000",
      "SQL Server 7 and 2000",
      "0x0100A607BA7C54A24D17B565C59F1743776A10250F581D482DA8B6D6261460D3F53B279CC6913CE747006A2E3254",
    ),
    dialect("mssql2005", "SQL Server 2005 and 2008", "0x010034767D5C2FD54D6119FFF04129A1D72E7C3194F7284A7F3A"),
    dialect(
      "mssql2012",
      "SQL Server 2012 and later, Azure SQL",
      "0x02003788006711b2e74e7d8cb4be96b1d187c962c5591a02d5a6ae81b3a4a094b26b7877958b26733e45016d929a756ed30d0a5ee65d3ce1970f9b7bf946e705c595f07625b1",
    ),
  ],
};
