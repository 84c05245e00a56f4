// Spring Security's Md4PasswordEncoder: `{salt}digest`, the MD4 of password and salt with its braces, in hexadecimal or
// base64. A file of its own because Node lacks MD4 and the WASM for it costs a bundle 10 kB.

import { splitBraces } from "../algorithms/braced-salt.ts";
import { digestCheck } from "../algorithms/digest-check.ts";
import { md4, md4Bytes } from "../algorithms/md4.ts";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { bytesWithin, encodedText } from "../core/hash-bounds.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import type { StoredPassword } from "../core/user.ts";

/** Checks rows that name it, and as the last entry of `passwords` what no other format claims. */
export function springMd4(): HashFormat {
  return {
    name: "spring-md4",
    takesTheRest: true,
    recognizes: (stored) => stored.format === "spring-md4",
    parse,
  };
}

function parse(stored: StoredPassword): ParsedHash {
  const { digest, salt = new Uint8Array() } = splitBraces(encodedText("spring-md4", stored));
  const text = String(digest);
  const bytes = text.length === 2 * md4Bytes ? decodeHex(text) : decodeBase64(text);
  const expected = bytesWithin("spring-md4", "bytes of digest", bytes, { min: md4Bytes, max: md4Bytes });
  return digestCheck(expected, (password) => md4(Buffer.concat([password, salt])));
}

export const springMd4Family: HashFamily = {
  name: "spring-md4",
  title: "MD4 of Spring Security",
  specified: "Spring Security's Md4PasswordEncoder; RFC 1320",
  bounds: "exact digest length",
  dialects: [
    {
      id: "spring-md4",
      example: "{thisissalt}6cc7924dad12ade79dfb99e424f25260",
      usedBy: "Spring Security 2 to 5",
      couldBe: /^(?:\{[^}]*\})?(?:[0-9a-f]{32}|[A-Za-z0-9+/]{22}==)$/,
      line: "springMd4()",
      read: stringAlone(springMd4),
    },
  ],
};
