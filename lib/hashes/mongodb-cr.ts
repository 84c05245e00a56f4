// MongoDB's MONGODB-CR, before 3.0: the MD5 of `user:mongo:password` in hexadecimal.
// github.com/mongodb/specifications, source/auth/auth.md, "MONGODB-CR".

import { createHash } from "node:crypto";
import { digestCheck } from "../algorithms/digest-check.ts";
import { decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { textParam } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";

const name = "mongodb-cr";

/** Checks MONGODB-CR digests, in rows that name the format and bring `username`. */
export function mongodbCr(): HashFormat {
  return {
    name,
    recognizes: (stored) => stored.format === name,
    parse(stored) {
      const hex = decodeHex(encodedText(name, stored));
      const expected = bytesWithin(name, "bytes of MD5", hex, { min: 16, max: 16 });
      const { username } = stored;
      if (username === undefined) throw damaged(name, "no user name beside the string");
      return digestCheck(expected, (password) => {
        return createHash("md5").update(`${username}:mongo:`).update(password).digest();
      });
    },
  };
}

export const mongodbCrFamily: HashFamily = {
  name,
  title: "MongoDB, MONGODB-CR",
  specified: "MongoDB's authentication specification",
  bounds: "one digest",
  dialects: [
    {
      id: "mongodb-cr",
      example: "75692b1d11c072c6c79332e248c4f699",
      beside: "user name",
      usedBy: "MongoDB before 3.0",
      couldBe: /^[0-9a-f]{32}$/,
      line: "mongodbCr()",
      read: (encoded, params) => ({
        format: mongodbCr(),
        stored: { format: name, encoded, username: textParam(params, "username") },
      }),
    },
  ],
};
