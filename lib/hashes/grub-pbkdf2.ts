// GRUB 2's `grub.pbkdf2.sha512.N.salt.key`, both in hexadecimal.
// gnu.org/software/grub/manual/grub, section "Authentication and authorisation in GRUB" (grub-mkpasswd-pbkdf2).

import {
  type Pbkdf2Bounds,
  pbkdf2BoundsText,
  pbkdf2Hash,
  pbkdf2KeyBytes,
  readPbkdf2Bounds,
} from "../algorithms/pbkdf2.ts";
import { decodeHex } from "../core/encodings.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type GrubPbkdf2Settings = Pbkdf2Bounds;

const name = "grub-pbkdf2";

/** Checks the hashes of grub-mkpasswd-pbkdf2. */
export function grubPbkdf2(settings: GrubPbkdf2Settings = {}): HashFormat {
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^grub\.pbkdf2\.sha512\./),
    parse: (stored) => parse(encodedText(name, stored), maxIterations),
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        "grub.pbkdf2.sha512.10000.0FF5F21AEB86C86282A32C383A82F51899BB6CA1D87624635538213C6B8E0CEC8DB007B87FD2E43DD69C3ED24C7323C91184C363BDF65E601DD254B74291BA73.0106B27F37CDB2223DF0813F33052B083F1575EF6288E35295B153FDF350D41D4C5E27D3179610EFB1EE6DE98404D3F5D414A1C96DF4DCA994BAD84A24626787",
    },
  };
  return withSettingFaults(format, faults);
}

function parse(text: string, maxIterations: number | undefined): ParsedHash {
  const [, iterations, salt = "", key = ""] = /^grub\.pbkdf2\.sha512\.([^.]*)\.([^.]*)\.([^.]*)$/.exec(text) ?? [];
  if (iterations === undefined) throw damaged(name, "not of the form grub.pbkdf2.sha512.N.salt.key");
  return pbkdf2Hash({
    format: name,
    digest: "sha512",
    iterations,
    salt: decodeHex(salt),
    key: decodeHex(key),
    keyBytes: pbkdf2KeyBytes,
    maxIterations,
  });
}

export const grubPbkdf2Family: HashFamily = {
  name,
  title: "GRUB 2",
  specified: "GRUB's manual, grub-mkpasswd-pbkdf2",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "grub-pbkdf2",
      example:
        "grub.pbkdf2.sha512.10000.BCAC1CEC5E4341C8C511C5297FA877BE91C2817B32A35A3ECF5CA6B8B257F751.6968526A2A5B1AEEE0A29A9E057336B48D388FFB3F600233237223C2104DE1752CEC35B0DD1ED49563398A282C0F471099C2803FBA47C7919CABC43192C68F60",
      usedBy: "GRUB 2",
      line: "grubPbkdf2()",
      read: stringAlone(grubPbkdf2),
    },
  ],
};
