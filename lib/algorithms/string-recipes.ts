// Digests whose string has the salt inside: a syntax and an expression for each.

import type { HashFormat } from "../core/ports.ts";
import { nodeDigests } from "./digest.ts";
import { type DigestFormatSettings, digestFormat, type SaltEncoding, splitDigest } from "./digest-format.ts";
import { compileRecipe, type RecipeSettings } from "./digest-recipe.ts";

export interface StringRecipe {
  /** With the groups of `splitDigest`. */
  readonly syntax: RegExp;
  /** The syntax for a reader. */
  readonly form: string;
  /** The strings that tell of themselves. */
  readonly claimed?: RegExp;
  readonly saltEncoding?: SaltEncoding;
  readonly expressions: readonly string[];
  readonly round?: string;
  /** Where the string does not say. */
  readonly iterations?: number;
}

export function stringFormat(
  family: string,
  recipe: StringRecipe,
  settings: RecipeSettings & Pick<DigestFormatSettings, "name">,
): HashFormat {
  const name = settings.name ?? family;
  const { syntax, form, claimed, saltEncoding, expressions, round, iterations } = recipe;
  const digests = nodeDigests;
  return digestFormat({
    family,
    settings,
    recipe: compileRecipe(
      name,
      "product",
      { expressions, digests, ...(round === undefined ? {} : { round }) },
      settings,
    ),
    ...(claimed === undefined ? {} : { claimed }),
    read: (text) => {
      const written = splitDigest(name, text, syntax, form, saltEncoding);
      return iterations === undefined ? written : { iterations, ...written };
    },
  });
}
