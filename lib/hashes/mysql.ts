// MySQL's mysql_native_password, `*` and SHA1(SHA1(password)) in hexadecimal (4.1 and later, MariaDB), and the 16 hexadecimal
// digits of OLD_PASSWORD() before. dev.mysql.com/doc/refman/5.7/en/password-hashing.html.

import { hash } from "node:crypto";
import { digestCheck } from "../algorithms/digest-check.ts";
import { decodeHex } from "../core/encodings.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";

const name = "mysql";

/** Checks MySQL's hashes; OLD_PASSWORD()'s in rows that name the format. */
export function mysql(): HashFormat {
  return {
    name,
    recognizes: claims(name, /^\*[0-9A-Fa-f]{40}$/),
    parse(stored) {
      const text = encodedText(name, stored);
      const [, native] = /^\*([0-9A-Fa-f]{40})$/.exec(text) ?? [];
      const [, old] = /^([0-9A-Fa-f]{16})$/.exec(text) ?? [];
      const expected = decodeHex(native ?? old ?? "?");
      if (expected === undefined) throw damaged(name, "not * and 40 hexadecimal digits, nor 16 of them");
      return digestCheck(expected, native === undefined ? oldPassword : nativePassword);
    },
  };
}

function nativePassword(password: Uint8Array): Uint8Array {
  return hash("sha1", hash("sha1", password, "buffer"), "buffer");
}

const space = 0x20;
const tab = 0x09;
const mask32 = 0xffffffffn;
const mask31 = 0x7fffffffn;

/** Two numbers that each byte is mixed into, without blanks; 31 bits of either are kept. */
function oldPassword(password: Uint8Array): Uint8Array {
  let first = 1345345333n;
  let second = 0x12345671n;
  let sum = 7n;
  for (const byte of password) {
    if (byte === space || byte === tab) continue;
    const value = BigInt(byte);
    first = (first ^ (((first & 63n) + sum) * value + (first << 8n))) & mask32;
    second = (second + ((second << 8n) ^ first)) & mask32;
    sum += value;
  }
  const digest = Buffer.alloc(8);
  digest.writeUInt32BE(Number(first & mask31), 0);
  digest.writeUInt32BE(Number(second & mask31), 4);
  return digest;
}

export const mysqlFamily: HashFamily = {
  name,
  title: "MySQL and MariaDB",
  specified: "MySQL 5.7 Reference Manual, Password Hashing in MySQL",
  bounds: "one or two digests",
  dialects: [
    {
      id: "mysql41",
      example: "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19",
      usedBy: "MySQL 4.1 to 5.7, MariaDB (mysql_native_password)",
      line: "mysql()",
      read: stringAlone(mysql),
    },
    {
      id: "mysql323",
      example: "697a7de87c5390b2",
      usedBy: "MySQL before 4.1, OLD_PASSWORD()",
      couldBe: /^[0-9A-Fa-f]{16}$/,
      line: "mysql()",
      read: (encoded) => ({ format: mysql(), stored: { format: name, encoded } }),
    },
  ],
};
