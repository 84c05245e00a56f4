// Zitadel's `hashedPassword`: the strings of github.com/zitadel/passwap. Its own ones are checked here: MD5 in
// hexadecimal, `$md5salted-prefix$`, `$md5salted-suffix$`, `$firebasescrypt$`, `{SSHA256}`; those of others (bcrypt,
// Argon2, scrypt, PBKDF2, phpass, Drupal 7, md5-crypt, SHA-crypt) by the formats that the settings name.

import { fieldsOf, firebaseScryptHash } from "../algorithms/firebase-scrypt.ts";
import { innerFormat } from "../algorithms/inner-format.ts";
import { iteratedHash } from "../algorithms/iterated-digest.ts";
import { rfc2307Hash, rfc2307Syntax } from "../algorithms/rfc2307-digest.ts";
import { readScryptBounds, type ScryptBounds, type ScryptLimits } from "../algorithms/scrypt.ts";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export interface ZitadelSettings extends ScryptBounds {
  /** Who takes the strings that are not Zitadel's own: `[bcrypt(), argon2()]`. */
  readonly formats?: readonly HashFormat[];
}

const name = "zitadel";

/** Checks what Zitadel takes as `hashedPassword`; the strings of others as their formats do. */
export function zitadel(settings: ZitadelSettings = {}): HashFormat {
  const { limits, faults } = readScryptBounds(settings);
  const formats = settings.formats ?? [];
  const decoy = formats.map((one) => one.decoy?.encoded ?? "").find((encoded) => isClaimed(formats, encoded));
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^\$(?:md5salted-(?:prefix|suffix)|firebasescrypt)\$/),
    takesTheRest: true,
    parse(stored) {
      const text = encodedText(name, stored);
      const own = parseOwn(text, limits);
      if (own !== undefined) return own;
      const inner = { encoded: text };
      return innerFormat(name, formats, inner).parse(inner);
    },
    ...(decoy === undefined ? {} : { decoy: { format: name, encoded: decoy } }),
  };
  return withSettingFaults(format, faults);
}

/** A decoy that needs nothing beside its string. */
function isClaimed(formats: readonly HashFormat[], encoded: string): boolean {
  return formats.some((one) => one.name !== name && one.recognizes({ encoded }));
}

const firebase =
  /^\$firebasescrypt\$ln=(?<ln>[0-9]+),r=(?<r>[0-9]+)\$(?<salt>[^$]+)\$(?<hash>[^$]+)\$(?<separator>[^$]*)\$(?<key>[^$]+)$/;

function parseOwn(text: string, limits: ScryptLimits): ParsedHash | undefined {
  if (/^[0-9a-f]{32}$/i.test(text)) return md5Hash(decodeHex(text), (password) => password);
  if (rfc2307Syntax.test(text)) return rfc2307Hash(name, text);
  if (text.startsWith("$md5salted")) {
    const form = "$md5salted-prefix$salt$digest";
    const syntax = /^\$md5salted-(?<side>prefix|suffix)\$(?<salt>[^$ ]+)\$(?<digest>[^$]+)$/;
    const { side, salt = "", digest = "" } = fieldsOf(name, text, syntax, form);
    const bytes = Buffer.from(salt);
    const parts = (password: Uint8Array) => (side === "prefix" ? [bytes, password] : [password, bytes]);
    return md5Hash(decodeBase64(digest), (password) => Buffer.concat(parts(password)));
  }
  if (!text.startsWith("$firebasescrypt$")) return undefined;
  const form = "$firebasescrypt$ln=N,r=N$salt$hash$separator$key";
  const { ln = "", r = "", salt = "", hash = "", separator = "", key = "" } = fieldsOf(name, text, firebase, form);
  const cost = { memoryCost: ln, rounds: r, limits };
  return firebaseScryptHash({ format: name, ...cost, salt, hash, separator, signerKey: key });
}

function md5Hash(expected: Uint8Array | undefined, first: (password: Uint8Array) => Uint8Array): ParsedHash {
  return iteratedHash({ format: name, digest: "md5", rounds: 1, maxRounds: 1, expected, first });
}

export const zitadelFamily: HashFamily = {
  name,
  title: "Zitadel",
  specified: "github.com/zitadel/passwap",
  bounds: "256 MiB of Firebase's scrypt (maxMemoryMiB, up to 512); those of the formats named",
  dialects: [
    {
      id: "zitadel-md5plain",
      example: "5f4dcc3b5aa765d61d8327deb882cf99",
      couldBe: /^[0-9a-f]{32}$/i,
      usedBy: "Zitadel (md5plain)",
    },
    {
      id: "zitadel-md5salted",
      example: "$md5salted-prefix$z1ta$P/zr6sEk6KLAiCsf3g7gLA==",
      usedBy: "Zitadel (md5salted)",
    },
    {
      id: "zitadel-ssha",
      example: "{SSHA256}LgwltzMmHe7EUCE2+aw/hiTtSWOg7BwxWK6VnUQP+08c2ColzKiz8Q==",
      usedBy: "Zitadel (ssha)",
    },
    {
      id: "zitadel-firebasescrypt",
      example:
        "$firebasescrypt$ln=10,r=8$HNgqJcyos/EqsA==$Oe75i/d85cv3poUoAse9Ssg1/laifwFSbUrO+dR7HAW2fJjEXx52FBYFjZVc7lK+tqcOFxs/BjtyAZDsr89A3Q==$Bw==$9cBgphZnPQTJFPalydAJxVljFBgEEy07CjopVt8U/HfDxNh/rILrR6Qo0B4KVOGg4UrDa/Yo2M1AKZ/geIO7lQ==",
      usedBy: "Zitadel: users of Firebase",
    },
    {
      id: "zitadel-encoded",
      example: "$2b$05$aWojKmxvouLnrk3j.7CEJ.wkdZayHbktzWgWd7uhF3q6iBwKaAyJ6",
      usedBy: "Zitadel: bcrypt, argon2, scrypt, pbkdf2, phpass, drupal7, md5, sha2",
    },
  ].map((dialect) => ({
    ...dialect,
    line: "zitadel({ formats: [bcrypt(), argon2()] })",
    read: (encoded, _params, all) => ({ format: zitadel({ formats: all }), stored: { format: name, encoded } }),
  })),
};
