// A crypt(3) string behind the name of a scheme: `{CRYPT}` of LDAP (RFC 2307 section 5.3), `{MD5-CRYPT}` and the like of
// Dovecot, Django's `crypt$salt$`. What stands behind it is another format's, which is handed in.

import { MigrationError } from "../core/errors.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface CryptPrefixedSettings {
  /** The formats of the strings behind the prefix: `[md5Crypt(), shaCrypt(), desCrypt()]`. At least one. */
  readonly formats: readonly HashFormat[];
}

const name = "crypt-prefixed";

/** Hands on what stands behind the prefix; its bounds are those of the format that takes it. */
export function cryptPrefixed({ formats }: CryptPrefixedSettings = { formats: [] }): HashFormat {
  const inner = formats.filter((one) => one.name !== name);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^(?:\{(?:[Cc][Rr][Yy][Pp][Tt]|(?:MD5|SHA256|SHA512|DES)-CRYPT)\}|crypt\$[^$]*\$)/),
    parse: (stored) => parse(stored, inner),
  };
  const message = "no formats, needed is one for each kind of string behind the prefix: [md5Crypt(), shaCrypt()]";
  return withSettingFaults(format, inner.length > 0 ? [] : [{ path: "formats", message }]);
}

// Django repeats the salt before the string, or leaves it out.
const syntax = /^(?:\{(?:crypt|(?:md5|sha256|sha512|des|blf)-crypt)\}|crypt\$[^$]*\$)(.*)$/i;
/** All that crypt(3) knows begins with `$` or `_`, or is DES. */
const cryptString = /^(?:[$_].+|[./0-9A-Za-z]{2}(?:[./0-9A-Za-z]{11})+)$/;
/** DES hashes tell nothing by themselves, but behind this prefix they can be nothing else. */
const desFormat = "des-crypt";

function parse(stored: StoredPassword, formats: readonly HashFormat[]): ParsedHash {
  const [, encoded] = syntax.exec(encodedText(name, stored)) ?? [];
  if (encoded === undefined || !cryptString.test(encoded)) throw damaged(name, "no crypt(3) string behind the prefix");
  const row: StoredPassword = /^[$_]/.test(encoded) ? { encoded } : { encoded, format: desFormat };
  const format = formats.find((one) => one.recognizes(row));
  if (format !== undefined) return format.parse(row);
  const known = formats.map((one) => one.name).join(", ");
  throw new MigrationError(
    "HASH_UNKNOWN",
    `${name}: none of its formats knows the string (${known || "there are none"})`,
  );
}

/** A string that another family claims with its prefix (bcrypt's `{BLF-CRYPT}`) is left to it. */
const read: HashDialect["read"] = (encoded, _params, all) => {
  const whole = all.find((one) => one.name !== name && one.recognizes({ encoded }));
  return { format: whole ?? cryptPrefixed({ formats: all }), stored: { encoded } };
};

export const cryptPrefixedFamily: HashFamily = {
  name,
  title: "crypt(3) behind a scheme's name",
  specified: "RFC 2307 section 5.3; doc.dovecot.org (password schemes); Django's CryptPasswordHasher",
  bounds: "those of the format that takes the string",
  dialects: [
    {
      id: "ldap-crypt",
      example:
        "{CRYPT}$6$KbYpM6nZJd6//hdc$4Ek0cJutgjrFaAv3iHeAGwJ8pInacGlsrtDn7E5yuvjfOskeuesBzb8BCO1UQs4RaWog9Bu9S3Yrpjsc3yBjm.",
      usedBy: "OpenLDAP, 389 Directory Server, Dovecot, Zope",
      line: "cryptPrefixed({ formats: [md5Crypt(), shaCrypt(), desCrypt()] })",
      read,
    },
    {
      id: "dovecot-crypt",
      example:
        "{SHA512-CRYPT}$6$fYyICNPjuRouVw.L$x5BSTI/vm0IJiK04ne5O2b1BaBT2dafaKl.lWaSyP7ptp/CcexAjYAG5rWlesEnDbm7seTB9jAp2tTpA7QUPE1",
      usedBy: "Dovecot (doveadm pw)",
      line: "cryptPrefixed({ formats: [md5Crypt(), shaCrypt(), desCrypt()] })",
      read,
    },
    {
      id: "django-crypt",
      example: "crypt$ze$zeLQ2kjMxjPjA",
      usedBy: "Django 1.x to 4.x (CryptPasswordHasher)",
      line: "cryptPrefixed({ formats: [desCrypt()] })",
      read,
    },
  ],
};
