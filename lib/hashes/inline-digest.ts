// Digests with the salt inside the string and nothing that tells whose they are: hexadecimal of a certain length. The
// settings name the product.

import type { DigestFormatSettings } from "../algorithms/digest-format.ts";
import type { RecipeSettings } from "../algorithms/digest-recipe.ts";
import { pepperSetting } from "../algorithms/digest-row.ts";
import { type StringRecipe, stringFormat } from "../algorithms/string-recipes.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import type { HashFormat } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export interface InlineDigestSettings extends RecipeSettings, Pick<DigestFormatSettings, "name"> {
  readonly product?: InlineProduct;
}

interface InlineRecipe extends StringRecipe {
  readonly usedBy: string;
  readonly example: string;
}

const inlineRecipes = {
  // hMailServer, source/Server/Common/Util/Hashing/HashCreator.cpp: six characters of salt, SHA-256.
  hmailserver: {
    syntax: /^(?<salt>[0-9a-f]{6})(?<digest>[0-9a-f]{64})$/i,
    form: "6 characters of salt and 64 of SHA-256, in hexadecimal",
    expressions: ["sha256($salt.$pass)"],
    usedBy: "hMailServer",
    example: "8fe7ca27a17adc337cd892b1d959b4e487b8f0ef09e32214f44fb1b07e461c532e9ec3",
  },
  // Ion Auth 2, hash_password(): the salt, and of the SHA-1 as many characters less.
  "ionauth-sha1": {
    syntax: /^(?<salt>.{10})(?<digest>[0-9a-f]{30})$/s,
    form: "10 characters of salt and 30 of SHA-1",
    expressions: ["substr(sha1_bin($salt.$pass), 0, 15)"],
    usedBy: "CodeIgniter with Ion Auth 2 (store_salt off)",
    example: "012345678939990e7df7049855c58841c34eeb37",
  },
  "netscaler-sha1": {
    syntax: /^1(?<salt>[0-9a-f]{8})(?<digest>[0-9a-f]{40})$/i,
    form: "1, 8 characters of salt and 40 of SHA-1",
    expressions: ["sha1($salt.$pass.unhex('00'))"],
    usedBy: "Citrix NetScaler",
    example: "1765058016a22f1b4e076dccd1c3df4e8e5c0839ccded98ea",
  },
  "netscaler-sha512": {
    syntax: /^2(?<salt>[0-9a-f]{8})(?<digest>[0-9a-f]{128})$/i,
    form: "2, 8 characters of salt and 128 of SHA-512",
    expressions: ["sha512($salt.$pass.unhex('00'))"],
    usedBy: "Citrix NetScaler 12 and later",
    example:
      "2f9282ade42ce148175dc3b4d8b5916dae5211eee49886c3f7cc768f6b9f2eb982a5ac2f2672a0223999bfd15349093278adf12f6276e8b61dacf5572b3f93d0b4fa886ce",
  },
  arubaos: {
    syntax: /^(?<salt>[0-9a-f]{8}01)(?<digest>[0-9a-f]{40})$/i,
    form: "10 characters of salt that end in 01 and 40 of SHA-1, in hexadecimal",
    saltEncoding: "hex",
    expressions: ["sha1($salt.$pass)"],
    usedBy: "ArubaOS",
    example: "5387280701327dc2162bdeb451d5a465af6d13eff9276efeba",
  },
  // Tomcat, MessageDigestCredentialHandler: the salt's bytes, how often, the digest; without salt the digest alone.
  "tomcat-digest": {
    syntax: /^(?:(?<salt>(?:[0-9a-f]{2})*)\$(?<iterations>[0-9]+)\$)?(?<digest>[0-9a-f]{32,128})$/i,
    form: "salt$iterations$digest in hexadecimal, or the digest alone",
    saltEncoding: "hex",
    expressions: ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"].map((digest) => `${digest}($salt.$pass)`),
    usedBy: "Apache Tomcat (MessageDigestCredentialHandler)",
    example: "c649f146c774a79fbc09be8eaa20b009$1$c4bf3e8a5b65509a4cca83d735039c672d8d2d23e7faa2de14a5cccb25c008bd",
  },
  // Spring Security, StandardPasswordEncoder: 8 bytes of salt, SHA-256 a thousand and 24 times over salt, secret, password.
  "spring-standard": {
    syntax: /^(?<salt>[0-9a-f]{16})(?<digest>[0-9a-f]{64})$/i,
    form: "16 characters of salt and 64 of SHA-256, in hexadecimal",
    saltEncoding: "hex",
    expressions: ["sha256($salt.$pepper.$pass)"],
    iterations: 1024,
    usedBy: "Spring Security (StandardPasswordEncoder); its site-wide secret, where it had one, is the pepper",
    example: "7b1556694db1e8f80ca2b199504b71c85182e3120ba65cd4e696378f94c1f991c9ea3f456bfcdff7",
  },
} as const satisfies Readonly<Record<string, InlineRecipe>>;

export type InlineProduct = keyof typeof inlineRecipes;

/**
 * Checks rows that name it, and as the last entry of `passwords` what no other format claims.
 * @example inlineDigest({ product: "hmailserver" })
 */
export function inlineDigest(settings: InlineDigestSettings = {}): HashFormat {
  const { product } = settings;
  if (product !== undefined && Object.hasOwn(inlineRecipes, product)) {
    return stringFormat("inline-digest", inlineRecipes[product], withSpringSecret(product, settings));
  }
  const fault = { path: "product", message: `allowed are ${Object.keys(inlineRecipes).join(", ")}` };
  return withSettingFaults(stringFormat("inline-digest", unnamed, settings), [fault]);
}

/** No string is of this syntax. */
const unnamed: StringRecipe = { syntax: /(?!)/, form: "any product: none is named", expressions: ["md5($pass)"] };

/** Without a site-wide secret Spring hashes the empty text in its place. */
function withSpringSecret(product: InlineProduct, settings: InlineDigestSettings): InlineDigestSettings {
  if (product !== "spring-standard" || settings.pepper !== undefined) return settings;
  return { ...settings, pepper: Secret.fromText("") };
}

function inlineDialect(product: InlineProduct): HashDialect {
  const { usedBy, example, syntax }: InlineRecipe = inlineRecipes[product];
  return {
    id: product,
    example,
    ...(product === "spring-standard" ? { beside: "site-wide secret, as the pepper" } : {}),
    usedBy,
    couldBe: syntax,
    line: `inlineDigest({ product: "${product}" })`,
    read: (encoded, params) => ({
      format: inlineDigest({ product, ...(product === "spring-standard" ? pepperSetting(params, "secret") : {}) }),
      stored: { encoded },
    }),
  };
}

function isInlineProduct(name: string): name is InlineProduct {
  return Object.hasOwn(inlineRecipes, name);
}

export const inlineDigestFamily: HashFamily = {
  name: "inline-digest",
  title: "Digests of mail servers, frameworks and appliances, with the salt inside",
  specified: "the products' sources; hashcat's list of modes for the appliances",
  bounds: "exact lengths; 1,000,000 iterations (maxIterations, up to 5,000,000)",
  dialects: Object.keys(inlineRecipes).filter(isInlineProduct).map(inlineDialect),
};
