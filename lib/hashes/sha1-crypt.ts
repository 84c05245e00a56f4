// sha1crypt `$sha1$N$salt$<28>`, NetBSD's crypt(3) and Juniper's. Described in passlib's documentation (sha1_crypt).

import { encodeCrypt64HighFirst } from "../algorithms/crypt64.ts";
import { deriveSha1Crypt, sha1Bytes } from "../algorithms/sha1-crypt.ts";
import { damaged, encodedText, parseCost, readBound } from "../core/hash-bounds.ts";
import { claims, compareText, passwordToHash } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface Sha1CryptSettings {
  /** The most rounds, 500,000 to 5,000,000; default 1,000,000. */
  readonly maxRounds?: number;
}

// passlib makes 480,000, NetBSD about 24,680, Juniper 20,000. 1,000,000 take 0.5 s on one whole processor.
const maxRoundsBound = { usual: 1_000_000, min: 500_000, max: 5_000_000 };
const costMsPerRound = 0.0006;
const memoryBytes = 8192;

/** Checks sha1crypt hashes on the main thread, in slices. */
export function sha1Crypt(settings: Sha1CryptSettings = {}): HashFormat {
  const maxRounds = readBound("maxRounds", settings.maxRounds, maxRoundsBound);
  const format: HashFormat = {
    name: "sha1-crypt",
    // Two dollar signs more: `$sha1$pf=…` is a format of Ory Kratos that has no rounds.
    recognizes: claims("sha1-crypt", /^\$sha1\$[0-9]+\$/),
    parse: (stored) => parse(stored, maxRounds.value),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$sha1$24680$EWUd8w3G$.9X4lxj2s5cFnrE7yYWCcDIiO.Qf" },
  };
  return withSettingFaults(format, maxRounds.faults);
}

const syntax = /^\$sha1\$([^$]*)\$([!-#%-9;-~]{0,64})\$([./0-9A-Za-z]{28})$/;

function parse(stored: StoredPassword, maxRounds: number): ParsedHash {
  const [, roundsText, salt, digest] = syntax.exec(encodedText("sha1-crypt", stored)) ?? [];
  if (roundsText === undefined || salt === undefined || digest === undefined) {
    throw damaged("sha1-crypt", "not of the form $sha1$N$salt$ and 28 characters");
  }
  const rounds = parseCost("sha1-crypt", "rounds", roundsText, { min: 1, max: maxRounds });
  return {
    costMs: costMsPerRound * rounds,
    memoryBytes,
    verify: async (password, signal) => {
      const computed = await deriveSha1Crypt(passwordToHash(password, signal), Buffer.from(salt), rounds, signal);
      // 20 bytes leave a place in the last group of three: NetBSD puts the first byte there, Juniper a zero.
      const texts = [computed[0] ?? 0, 0].map((last) => encodeCrypt64HighFirst(fill(computed, last)));
      const verdicts = texts.map((text) => compareText(text, digest));
      return verdicts.includes("match") ? "match" : "mismatch";
    },
  };
}

function fill(digest: Uint8Array, last: number): Uint8Array {
  return Uint8Array.from({ length: sha1Bytes + 1 }, (_, index) => digest[index] ?? last);
}

export const sha1CryptFamily: HashFamily = {
  name: "sha1-crypt",
  title: "sha1crypt",
  specified: "NetBSD's crypt(3); described in passlib's documentation",
  bounds: "up to 1,000,000 rounds (maxRounds, up to 5,000,000); 64 characters of salt",
  dialects: [
    {
      id: "sha1crypt",
      example: "$sha1$20000$x5pO4aML$VXQRgz.JqjKipGZVDTZC.FhTpdpp",
      usedBy: "NetBSD, Juniper Junos",
      line: "sha1Crypt()",
      read: stringAlone(sha1Crypt),
    },
  ],
};
