// Digests whose string carries its product's mark and the salt: `$SHA$salt$digest` (AuthMe), `$PHPS$salt$digest`
// (PHPS), `:A:` and `:B:` (MediaWiki), `!sha512!salt!digest` (Request Tracker 4), `…{SHA-256}` (Bugzilla),
// `otm_sha256:N:salt:digest` (Oracle Transportation Management).

import type { DigestFormatSettings } from "../algorithms/digest-format.ts";
import type { RecipeSettings } from "../algorithms/digest-recipe.ts";
import { type StringRecipe, stringFormat } from "../algorithms/string-recipes.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { settingFaultsOf, withSettingFaults } from "../core/setting-faults.ts";

export type TaggedDigestSettings = Omit<RecipeSettings, "pepper"> & Pick<DigestFormatSettings, "name">;

interface TaggedRecipe extends StringRecipe {
  readonly claimed: RegExp;
}

const recipes: readonly TaggedRecipe[] = [
  {
    claimed: /^\$SHA\$/,
    syntax: /^\$SHA\$(?<salt>[^$]+)\$(?<digest>[0-9a-f]{64})$/i,
    form: "$SHA$salt$digest",
    expressions: ["sha256(sha256($pass).$salt)"],
  },
  {
    claimed: /^\$PHPS\$/,
    syntax: /^\$PHPS\$(?<salt>[0-9a-f]*)\$(?<digest>[0-9a-f]{32})$/i,
    form: "$PHPS$salt$digest",
    saltEncoding: "hex",
    expressions: ["md5(md5($pass).$salt)"],
  },
  {
    // MediaWiki, Manual:User_table: type A has the MD5 alone, or salted as type B where there is a salt.
    claimed: /^:A:[0-9A-Fa-f]{32}$/,
    syntax: /^:A:(?<digest>[0-9a-f]{32})$/i,
    form: ":A:digest",
    expressions: ["md5($pass)"],
  },
  {
    claimed: /^:[AB]:/,
    syntax: /^:[AB]:(?<salt>[^:]*):(?<digest>[0-9a-f]{32})$/i,
    form: ":B:salt:digest",
    expressions: ["md5($salt.'-'.md5($pass))"],
  },
  {
    claimed: /^!sha512!/,
    syntax: /^!sha512!(?<salt>[^!]+)!(?<digest>[A-Za-z0-9+/]{86}(?:==)?)$/,
    form: "!sha512!salt!digest",
    expressions: ["sha512($salt.$pass)"],
  },
  {
    // Bugzilla, Bugzilla/Util.pm, bz_crypt(): eight characters of salt, the digest in base64, the algorithm's name.
    claimed: /^.{8}[A-Za-z0-9+/]{27,86}=*\{SHA-(?:1|224|256|384|512)\}$/s,
    syntax: /^(?<salt>.{8})(?<digest>[A-Za-z0-9+/]{27,86}=*)\{SHA-(?:1|224|256|384|512)\}$/s,
    form: "8 characters of salt, digest in base64, {SHA-256}",
    expressions: ["sha1", "sha224", "sha256", "sha384", "sha512"].map((digest) => `${digest}($pass.$salt)`),
  },
  {
    claimed: /^otm_sha256:/,
    syntax: /^otm_sha256:(?<iterations>[0-9]+):(?<salt>[^:]*):(?<digest>[A-Za-z0-9+/]{43}=?)$/,
    form: "otm_sha256:iterations:salt:digest",
    expressions: ["sha256($salt.$pass)"],
  },
];

/** Checks digests that carry their product's mark. */
export function taggedDigest(settings: TaggedDigestSettings = {}): HashFormat {
  const name = settings.name ?? "tagged-digest";
  const members = recipes.map((recipe) => ({ ...recipe, format: stringFormat("tagged-digest", recipe, settings) }));
  const format: HashFormat = {
    name,
    recognizes: (stored) =>
      stored.format === undefined
        ? members.some(({ claimed }) => claimed.test(stored.encoded))
        : stored.format === name,
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: ":B:f5277175:d24db339d0cd8bf789eaa1b77aef4131" },
    parse(stored) {
      const text = encodedText(name, stored);
      const member = members.find(({ claimed }) => claimed.test(text));
      if (member === undefined) throw damaged(name, `none of ${recipes.map(({ form }) => form).join(", ")}`);
      return member.format.parse(stored);
    },
  };
  // The members have the same settings, and so the same faults.
  return withSettingFaults(format, members[0] === undefined ? [] : settingFaultsOf(members[0].format));
}

const line = "taggedDigest()";
const read = stringAlone(taggedDigest);

export const taggedDigestFamily: HashFamily = {
  name: "tagged-digest",
  title: "Digests that carry their product's mark",
  specified: "the products' sources",
  bounds: "exact digest length; 1,000,000 iterations (maxIterations, up to 5,000,000)",
  dialects: [
    {
      id: "authme-sha256",
      example: "$SHA$7218532375810603$bfede293ecf6539211a7305ea218b9f3f608953130405cda9eaba6fb6250f824",
      usedBy: "AuthMe (Minecraft servers)",
      line,
      read,
    },
    {
      id: "phps",
      example: "$PHPS$30353031383437363132$f02b0b2f25e5754edb04522c346ba243",
      usedBy: "PHPS, as John the Ripper and hashcat write it",
      line,
      read,
    },
    {
      id: "mediawiki-A",
      example: ":A:551c748fd9f28e75795557d1bdd9556a",
      usedBy: "MediaWiki before 1.24 ($wgPasswordSalt off)",
      line,
      read,
    },
    {
      id: "mediawiki-B",
      example: ":B:56668501:0db682c6f6a7af9a1f6ed1c7a1a39d4a",
      usedBy: "MediaWiki before 1.24",
      line,
      read,
    },
    {
      id: "rt-sha512",
      example:
        "!sha512!S4ltS4ltS4ltS4lt!qX8FdC3DWMOYuJMZRHnpKD8FoRfcR88OMtASDmraRFBZTT2ym8I1WVxSiUB3AiJ2x3fQYsih8/z7QeUjbhV5Qw",
      usedBy: "Request Tracker 4.0",
      line,
      read,
    },
    {
      id: "bugzilla",
      example: "k1lSALT8PreXAZOS91k3YDCmULMYUnMe7DbOWvHPn9YlE54HQqs{SHA-256}",
      usedBy: "Bugzilla 3.6 and later",
      line,
      read,
    },
    {
      id: "oracle-otm",
      example: "otm_sha256:1000:1234567890:S5Q9Kc0ETY6ZPyQU+JYY60oFjaJuZZaSinggmzU8PC4=",
      usedBy: "Oracle Transportation Management",
      line,
      read,
    },
  ],
};
