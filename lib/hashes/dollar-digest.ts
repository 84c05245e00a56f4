// `algorithm$salt$digest` of Python frameworks before PBKDF2: Django hashes salt and password, Werkzeug (Flask) makes an
// HMAC with the salt as its key. The strings look the same; the settings tell which of the two wrote them.

import { nodeDigests } from "../algorithms/digest.ts";
import { type DigestFormatSettings, digestFormat, type WrittenDigest } from "../algorithms/digest-format.ts";
import { compileRecipe, type RecipeSettings } from "../algorithms/digest-recipe.ts";
import { damaged } from "../core/hash-bounds.ts";
import { compareText, passwordToHash } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { settingFaultsOf, withSettingFaults } from "../core/setting-faults.ts";

export interface DollarDigestSettings
  extends Omit<RecipeSettings, "pepper" | "maxIterations">,
    Pick<DigestFormatSettings, "name"> {
  /** Who wrote the strings; default `django`. Werkzeug's `plain$$password` is taken only with `werkzeug`. */
  readonly writtenBy?: "django" | "werkzeug";
}

const names = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];
const claimed = /^(?:md5|sha1|sha224|sha256|sha384|sha512)\$[^$]*\$/;
const plainPrefix = /^plain\$[^$]*\$/;

/** Checks `algorithm$salt$digest` strings; of rows that name it also the bare MD5 of Django's first versions. */
export function dollarDigest(settings: DollarDigestSettings = {}): HashFormat {
  const { writtenBy = "django" } = settings;
  const name = settings.name ?? "dollar-digest";
  const digests = digestFormat({
    family: "dollar-digest",
    settings,
    claimed,
    // The first versions of Django had a bare MD5, which no string tells.
    takesTheRest: true,
    recipe: compileRecipe(
      name,
      "writtenBy",
      {
        // Without a salt Werkzeug hashes the password alone; an HMAC with an empty key would be something else.
        expressions: names.flatMap((digest) =>
          writtenBy === "werkzeug" ? [`hmac_${digest}($salt, $pass)`] : [`${digest}($salt.$pass)`],
        ),
        digests: nodeDigests,
      },
      settings,
    ),
    faults: ["django", "werkzeug"].includes(writtenBy)
      ? []
      : [{ path: "writtenBy", message: "not known, allowed are django and werkzeug" }],
    decoy: "sha1$5kQx8vLm$690ff2d7aefe3c977c6f3dc0bab02ac6c0ca5c99",
    read: (text) => readString(name, text),
  });
  if (writtenBy === "django") return digests;
  const unsalted = dollarDigest({ ...settings, writtenBy: "django" });
  const format: HashFormat = {
    ...digests,
    recognizes: (stored) =>
      digests.recognizes(stored) || (stored.format === undefined && plainPrefix.test(stored.encoded)),
    parse(stored) {
      if (plainPrefix.test(stored.encoded)) return plainText(stored.encoded.replace(plainPrefix, ""));
      return /^[a-z0-9]+\$\$/.test(stored.encoded) ? unsalted.parse(stored) : digests.parse(stored);
    },
  };
  return withSettingFaults(format, settingFaultsOf(digests));
}

function readString(name: string, text: string): WrittenDigest {
  const [, algorithm, salt = "", digest = text] = /^([a-z0-9]+)\$([^$]*)\$([^$]*)$/.exec(text) ?? [];
  const bytes = nodeDigests.get(algorithm ?? "md5")?.bytes;
  if (bytes === undefined || !names.includes(algorithm ?? "md5")) {
    throw damaged(name, `an unknown algorithm, allowed ${names.join(", ")}`);
  }
  if (digest.length !== 2 * bytes) throw damaged(name, `${digest.length} characters of digest, allowed ${2 * bytes}`);
  return { digest, salt: Buffer.from(salt), encoding: "hex" };
}

/** Werkzeug's `plain` method: the password itself. An empty one never matches. */
function plainText(expected: string): ParsedHash {
  if (expected === "") throw damaged("dollar-digest", "plain with no password");
  return {
    costMs: 0.01,
    memoryBytes: 4096,
    verify: async (password, signal) =>
      compareText(
        Buffer.from(passwordToHash(password, signal)).toString("latin1"),
        Buffer.from(expected).toString("latin1"),
      ),
  };
}

const django = stringAlone(dollarDigest);
const werkzeug = stringAlone(() => dollarDigest({ writtenBy: "werkzeug" }));
const djangoLine = "dollarDigest()";
const werkzeugLine = 'dollarDigest({ writtenBy: "werkzeug" })';

function dialect(id: string, example: string, usedBy: string): HashDialect {
  const byDjango = id.startsWith("django");
  return { id, example, usedBy, line: byDjango ? djangoLine : werkzeugLine, read: byDjango ? django : werkzeug };
}

export const dollarDigestFamily: HashFamily = {
  name: "dollar-digest",
  title: "algorithm$salt$digest of Django and Werkzeug",
  specified: "django.contrib.auth.hashers; werkzeug.security before 2.3",
  bounds: "exact digest length",
  dialects: [
    dialect("django-md5", "md5$c2e86$92105508419a81a6babfaecf876a2fa0", "Django (MD5PasswordHasher)"),
    dialect(
      "django-sha1",
      "sha1$54123$893cf12e134c3c215f3a76bd50d13f92404a54d3",
      "Django before 1.4 (SHA1PasswordHasher)",
    ),
    {
      ...dialect(
        "django-unsalted-md5",
        "88a434c88cca4e900f7874cd98123f43",
        "Django before 0.91 (UnsaltedMD5PasswordHasher)",
      ),
      couldBe: /^[0-9a-f]{32}$/,
    },
    dialect(
      "django-unsalted-sha1",
      "sha1$$6d138ca3ae545631b3abd71a4f076ce759c5700b",
      "Django (UnsaltedSHA1PasswordHasher)",
    ),
    dialect(
      "django-unusable",
      "!abcdefghijklmnopqrstuvwxyz0123456789ABCD",
      "Django accounts without a password: never a match",
    ),
    dialect(
      "werkzeug-hmac",
      "md5$84143$7f51edecfa6fb401a0b5e63d33fc8c0e",
      "Flask, Werkzeug before 0.9, web2py before PBKDF2",
    ),
    dialect("werkzeug-plain", "plain$$flaskpw", "Flask, Werkzeug before 2.3"),
  ],
};
