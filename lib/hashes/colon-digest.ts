// `digest:salt` of shops and Joomla before 3.2: MD5 or SHA-256 of password and salt, the salt behind a colon. Joomla
// hashes the salt last, Magento 1, osCommerce, Zen Cart and xt:Commerce hash it first. Magento 2 is in magento2.ts.

import { nodeDigests } from "../algorithms/digest.ts";
import { type DigestFormatSettings, digestFormat, splitDigest } from "../algorithms/digest-format.ts";
import { compileRecipe, type RecipeSettings } from "../algorithms/digest-recipe.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";

export interface ColonDigestSettings extends Omit<RecipeSettings, "maxIterations">, Pick<DigestFormatSettings, "name"> {
  /** Where the salt was hashed: before the password (Magento, osCommerce) or behind it (Joomla). Default `prefix`. */
  readonly saltPosition?: "prefix" | "suffix";
}

const digests = ["md5", "sha1", "sha256", "sha512"];

/** The salt may be missing: the oldest accounts of these shops have a bare MD5. */
const syntax = /^(?<digest>[0-9a-f]{32,128})(?::(?<salt>[^:]{0,256}))?$/i;
/** Claimed only with its salt, and no salt is as long as the keys of scrypt behind a colon. */
const claimed = /^(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{64}):[^:]{1,64}$/;

/** Checks `digest:salt` strings; of rows that name it, and as the last entry, also the bare digest of old accounts. */
export function colonDigest(settings: ColonDigestSettings = {}): HashFormat {
  const { saltPosition = "prefix" } = settings;
  const name = settings.name ?? "colon-digest";
  const text = saltPosition === "suffix" ? "$pass.$salt" : "$salt.$pass";
  const expressions = digests.map((digest) => `${digest}(${text})`);
  const known = ["prefix", "suffix"].includes(saltPosition);
  return digestFormat({
    family: "colon-digest",
    settings,
    claimed,
    takesTheRest: true,
    recipe: compileRecipe(name, "saltPosition", { expressions, digests: nodeDigests }, settings),
    faults: known ? [] : [{ path: "saltPosition", message: "not known, allowed are prefix and suffix" }],
    decoy: "cee6888bba8d558464efd4278f13ee77:q7Zx2LmV",
    read: (encoded) => splitDigest(name, encoded, syntax, "digest:salt"),
  });
}

function colonDialect(id: string, example: string, usedBy: string, saltPosition: "prefix" | "suffix"): HashDialect {
  return {
    id,
    example,
    usedBy,
    line: saltPosition === "prefix" ? "colonDigest()" : 'colonDigest({ saltPosition: "suffix" })',
    read: stringAlone(() => colonDigest({ saltPosition })),
  };
}

export const colonDigestFamily: HashFamily = {
  name: "colon-digest",
  title: "digest:salt of shops and Joomla",
  specified:
    "the products' sources: Joomla JUserHelper, Magento Mage_Core_Model_Encryption, osCommerce tep_validate_password",
  bounds: "exact digest length, 256 characters of salt",
  dialects: [
    colonDialect(
      "joomla-md5",
      "b78f863f2c67410c41e617f724e22f34:89384528665349271307465505333378",
      "Joomla 1.0 to 3.1",
      "suffix",
    ),
    colonDialect(
      "magento1",
      "5c6ddd0434cb82ce983b746d9ea25f22:Xy",
      "Magento 1 (Community MD5, Enterprise SHA-256)",
      "prefix",
    ),
    colonDialect("oscommerce", "e983672a03adcc9767b24584338eb378:00", "osCommerce, Zen Cart, xt:Commerce", "prefix"),
  ],
};
