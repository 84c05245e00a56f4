import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Product, productRecipes } from "../../lib/algorithms/product-recipes.ts";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { type ProductDigestSettings, productDigest, productDigestFamily } from "../../lib/hashes/product-digest.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(productDigestFamily, { factory: () => productDigest({ product: "peoplesoft" }) });

const signal = new AbortController().signal;
const products = Object.keys(productRecipes) as readonly Product[];

describe("productDigest", () => {
  it.each(products)("%s: takes its own example, with all that stands beside it", (product) => {
    const recipe = productRecipes[product];
    const peppered = JSON.stringify(recipe).includes("$pepper");
    const format = productDigest({ product, ...(peppered ? { pepper: Secret.fromText("") } : {}) });
    expect(settingFaultsOf(format)).toEqual([]);
    const row = { encoded: recipe.example, salt: "s", username: "u", params: { salt1: "a", salt2: "b" } };
    expect(format.parse(row).costMs).toBeGreaterThan(0);
  });

  it("takes what OpenCart's own escaping made of a password", async () => {
    const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");
    const encoded = sha1(`NaCl${sha1(`NaCl${sha1("a&amp;b &lt;c&gt; &quot;d&quot;")}`)}`);
    const parsed = productDigest({ product: "opencart" }).parse({ encoded, salt: "NaCl" });
    expect(await parsed.verify(Secret.fromText('a&b <c> "d"'), signal)).toBe("match");
  });

  it("takes the plain MD5 of OpenCart's first versions, which have no salt", async () => {
    const format = productDigest({ product: "opencart" });
    const parsed = format.parse({ encoded: "5f4dcc3b5aa765d61d8327deb882cf99" });
    expect(await parsed.verify(Secret.fromText("password"), signal)).toBe("match");
  });

  it("folds SMF's user names with and without the letters beyond ASCII", async () => {
    const format = productDigest({ product: "smf1" });
    for (const folded of ["Änne", "änne", "ÄNNE"]) {
      const encoded = createHash("sha1").update(`${folded}pw`).digest("hex");
      const parsed = format.parse({ encoded, username: "ÄNNE" });
      const same = folded === "ÄNNE" ? "mismatch" : "match";
      expect(await parsed.verify(Secret.fromText("pw"), signal)).toBe(same);
    }
  });

  it("refuses a row without the user name that the product hashes", () => {
    const parse = () => productDigest({ product: "smf1" }).parse({ encoded: productRecipes.smf1.example });
    expect(parse).toThrow("product-digest: no username beside the string");
  });

  it("reports a product that it does not know, and a pepper that is missing", () => {
    const unknown = { product: "mybb" } as unknown as ProductDigestSettings;
    expect(settingFaultsOf(productDigest(unknown)).map((fault) => fault.path)).toEqual(["product"]);
    const bare = productDigest({ product: "prestashop-md5" });
    expect(settingFaultsOf(bare).map((fault) => fault.path)).toEqual(["pepper"]);
  });
});
