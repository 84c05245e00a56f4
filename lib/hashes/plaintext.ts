// Passwords kept as they are. Only rows that name the format are ever taken for one, compared in constant time.

import { hash } from "node:crypto";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { compareBytes, passwordToHash } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import type { StoredPassword } from "../core/user.ts";

/** What marks an account as locked or without a password; a person has none of these. */
const markers: ReadonlySet<string> = new Set(["!", "!!", "!*", "*", "*0", "*1", "*LK*", "*NP*", "NP", "x", "NULL"]);

/** Takes rows whose `format` is `plaintext`, and no other. */
export function plaintext(): HashFormat {
  return { name: "plaintext", recognizes: (stored) => stored.format === "plaintext", parse };
}

function parse(stored: StoredPassword): ParsedHash {
  // An empty column is an empty password, which nobody signs in with: the core refuses it before any store is asked.
  const text = stored.encoded === "" ? "" : encodedText("plaintext", stored);
  if (markers.has(text)) throw damaged("plaintext", "the mark of an account that cannot sign in");
  const expected = sha256(Buffer.from(text));
  return {
    costMs: 0.01,
    memoryBytes: 4096,
    // Digests, because timingSafeEqual would tell the length.
    verify: async (password, signal) => compareBytes(sha256(passwordToHash(password, signal)), expected),
  };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return hash("sha256", bytes, "buffer");
}

export const plaintextFamily: HashFamily = {
  name: "plaintext",
  title: "Plain text",
  specified: "nowhere",
  bounds: "4,096 characters; marks of locked accounts never match, and no sign-in has the password of an empty column",
  dialects: [
    {
      id: "plaintext",
      example: "correct horse battery staple",
      beside: 'the row\'s format, "plaintext"',
      usedBy: "sites that never hashed",
      couldBe: /^.+$/s,
      line: "plaintext()",
      read: (encoded) => ({ format: plaintext(), stored: { format: "plaintext", encoded } }),
    },
  ],
};
