// PostgreSQL's `md5` and the MD5 of password and user name. postgresql.org/docs/current/catalog-pg-authid.html.

import { createHash } from "node:crypto";
import { digestCheck } from "../algorithms/digest-check.ts";
import { decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { textParam } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";

const name = "postgres-md5";

/** Checks PostgreSQL's MD5 hashes in rows that bring `username`. */
export function postgresMd5(): HashFormat {
  return {
    name,
    recognizes: claims(name, /^md5[0-9A-Fa-f]{32}$/),
    parse(stored) {
      const [, hex] = /^md5(.*)$/s.exec(encodedText(name, stored)) ?? [];
      const expected = bytesWithin(name, "bytes of MD5", decodeHex(hex ?? "?"), { min: 16, max: 16 });
      const { username } = stored;
      if (username === undefined) throw damaged(name, "no user name beside the string");
      return digestCheck(expected, (password) => createHash("md5").update(password).update(username).digest());
    },
  };
}

export const postgresMd5Family: HashFamily = {
  name,
  title: "PostgreSQL, MD5",
  specified: "PostgreSQL's documentation, pg_authid",
  bounds: "one digest",
  dialects: [
    {
      id: "postgres-md5",
      example: "md5fac3ec3b6ac7e0c6750b1102d5311e92",
      beside: "user name",
      usedBy: "PostgreSQL before 14, PgBouncer, Redshift",
      line: "postgresMd5()",
      read: (encoded, params) => ({
        format: postgresMd5(),
        stored: { encoded, username: textParam(params, "username") },
      }),
    },
  ],
};
