// Digests of known forums, shops, frameworks and servers, which keep the salt, user name or site key beside the string.
// The string tells nothing of its product; the settings name it. The products are in algorithms/product-recipes.ts.

import { nodeDigests } from "../algorithms/digest.ts";
import { type DigestFormatSettings, digestFormat } from "../algorithms/digest-format.ts";
import { compileRecipe, type RecipeSettings } from "../algorithms/digest-recipe.ts";
import { digestRow, pepperSetting } from "../algorithms/digest-row.ts";
import { type Product, type ProductRecipe, productRecipes } from "../algorithms/product-recipes.ts";
import { damaged } from "../core/hash-bounds.ts";
import type { HashDialect, HashFamily, HashParams, ReadHash } from "../core/hash-family.ts";
import { numberParam, optionalText } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";

export interface ProductDigestSettings extends RecipeSettings, DigestFormatSettings {
  readonly product?: Product;
  /** Stretches of restful-auth and Devise; the row's `params.iterations` goes before it. Default the product's own. */
  readonly iterations?: number;
}

/**
 * Checks rows that name it, and as the last entry of `passwords` what no other format claims.
 * @example productDigest({ product: "mybb-ipb" })
 */
export function productDigest(settings: ProductDigestSettings = {}): HashFormat {
  const { product } = settings;
  const known = product !== undefined && Object.hasOwn(productRecipes, product);
  const recipe: ProductRecipe | undefined = known ? productRecipes[product] : undefined;
  const name = settings.name ?? "product-digest";
  const expressions = recipe?.expressions ?? [];
  const compiled = compileRecipe(
    name,
    "product",
    { expressions, digests: nodeDigests, ...(recipe?.round === undefined ? {} : { round: recipe.round }) },
    settings,
  );
  const iterations = settings.iterations ?? recipe?.iterations ?? 1;
  return digestFormat({
    family: "product-digest",
    settings,
    recipe: known ? compiled : { ...compiled, faults: [] },
    faults: known ? [] : [{ path: "product", message: `allowed are ${Object.keys(productRecipes).join(", ")}` }],
    read: (text, { params = {} }) => ({ digest: text, ...(Object.hasOwn(params, "iterations") ? {} : { iterations }) }),
  });
}

/** How vector files name the pepper of a product. */
const pepperNames: Readonly<Partial<Record<Product, readonly string[]>>> = {
  "prestashop-md5": ["cookie_key"],
  "cakephp-sha1": ["security_salt"],
  "moodle-md5-sitesalt": ["salt", "site_salt"],
  "restful-auth": ["site_key"],
  "devise-sha1": ["pepper"],
  "devise-sha512": ["pepper"],
};

function readProduct(product: Product, encoded: string, params: HashParams): ReadHash {
  const names = pepperNames[product];
  // A site without a key hashed the empty text in its place.
  const pepper = names === undefined ? {} : { pepper: Secret.fromText(""), ...pepperSetting(params, ...names) };
  const stretches = Object.hasOwn(params, "stretches") ? { iterations: numberParam(params, "stretches") } : {};
  const stored = digestRow(encoded, params);
  return {
    format: productDigest({ product, saltEncoding: "hex", ...pepper }),
    stored: { ...stored, params: { ...stored.params, ...stretches } },
  };
}

function productDialect(product: Product): HashDialect {
  const { beside, usedBy, example }: ProductRecipe = productRecipes[product];
  return {
    id: product,
    example,
    ...(beside === undefined ? {} : { beside }),
    usedBy,
    couldBe: new RegExp(`^[0-9A-Za-z+/=]{${example.length}}$`),
    line: `productDigest({ product: "${product}"${pepperNames[product] === undefined ? "" : ', pepper: secret("…")'} })`,
    read: (encoded, params) => readProduct(product, encoded, params),
  };
}

const deviseProducts: ReadonlyMap<string, Product> = new Map([
  ["Sha1", "devise-sha1"],
  ["Sha512", "devise-sha512"],
  ["AuthlogicSha512", "devise-authlogic-sha512"],
  ["ClearanceSha1", "devise-clearance-sha1"],
  ["RestfulAuthenticationSha1", "restful-auth"],
]);

/** Devise's `encryptor` decides. */
function readDevise(encoded: string, params: HashParams): ReadHash {
  const product = deviseProducts.get(optionalText(params, "encryptor") ?? "");
  if (product === undefined) {
    throw damaged("row", `no known encryptor beside the string, allowed ${[...deviseProducts.keys()].join(", ")}`);
  }
  const named = product === "restful-auth" ? { ...params, site_key: params.pepper } : params;
  return readProduct(product, encoded, named);
}

const alone = Object.keys(productRecipes)
  .filter((name): name is Product => Object.hasOwn(productRecipes, name))
  .filter((name) => !name.startsWith("devise-"));

export const productDigestFamily: HashFamily = {
  name: "product-digest",
  title: "Digests of forums, shops, frameworks and servers, with a salt column",
  specified: "the products' sources, in the notation of hashcat's list of modes",
  bounds: "exact digest length; 1,000,000 iterations (maxIterations, up to 5,000,000); 1,024 bytes of salt",
  dialects: [
    ...alone.map(productDialect),
    {
      ...productDialect("devise-sha1"),
      id: "devise-encryptable",
      usedBy: "Rails: Devise 1, devise-encryptable; also devise-sha512, devise-authlogic-sha512, devise-clearance-sha1",
      couldBe: /^(?:[0-9a-f]{40}|[0-9a-f]{128})$/,
      read: readDevise,
    },
  ],
};
