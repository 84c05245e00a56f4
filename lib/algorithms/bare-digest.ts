// Bare digests that an adopter describes: an algorithm and where the salt stands, a template, or an expression.

import type { HashFormat } from "../core/ports.ts";
import type { SettingFault } from "../core/setting-faults.ts";
import type { Digests } from "./digest.ts";
import { type DigestFormatSettings, digestFormat, type SaltEncoding } from "./digest-format.ts";
import { compileRecipe, type RecipeSettings } from "./digest-recipe.ts";

export interface BareDigestSettings<Name extends string>
  extends RecipeSettings,
    Omit<DigestFormatSettings, "saltEncoding"> {
  /** The digest; with a template or a salt position, and instead of an expression. */
  readonly algorithm?: Name;
  /** Where the row's salt stands, by default nowhere, and how it is written, by default as text. */
  readonly salt?: { readonly position?: SaltPosition; readonly encoding?: SaltEncoding };
  /**
   * What is hashed: text with `{PASSWORD}`, `{SALT}`, `{USERNAME}`, `{PEPPER}` or any name of the row's `params` in
   * capitals, e.g. `{SALT}--{PASSWORD}`.
   */
  readonly template?: string;
  /**
   * hashcat's notation: `md5(md5($pass).$salt)`, with `$pass`, `$salt`, `$username`, `$pepper` and any name of the row's
   * `params`. Digests give hexadecimal text, with `_bin` bytes; `hmac_sha1(key, text)`; strtolower, strtoupper, strrev,
   * trim, utf16le, hex, unhex, base64, htmlspecialchars, xor(a, b), substr(a, start, length).
   */
  readonly expression?: string;
  /** How often; the row's `params.iterations` goes before it. Default 1. */
  readonly iterations?: number;
  /** Each iteration after the first, as an expression of `$last`, in which `digest` is the outermost one. */
  readonly round?: string;
  /** How the digest is written; either without it. */
  readonly encoding?: "hex" | "base64";
}

export type SaltPosition = "none" | "prefix" | "suffix" | "both";

export function bareDigest<Name extends string>(
  family: string,
  digests: Digests,
  settings: BareDigestSettings<Name>,
): HashFormat {
  const { salt, round, iterations = 1, encoding } = settings;
  const { path, expressions, faults } = expressionsOf(digests, settings);
  const recipe = compileRecipe(
    settings.name ?? family,
    path,
    { expressions, digests, ...(round === undefined ? {} : { round }) },
    settings,
  );
  return digestFormat({
    family,
    settings: { ...settings, ...(salt?.encoding === undefined ? {} : { saltEncoding: salt.encoding }) },
    // Faults of a missing expression make others that only repeat it.
    recipe: faults.length > 0 ? { ...recipe, faults: [] } : recipe,
    faults: [...faults, ...iterationFaults(iterations)],
    read: (text, { params = {} }) => ({
      digest: text,
      ...(Object.hasOwn(params, "iterations") ? {} : { iterations }),
      ...(encoding === undefined ? {} : { encoding }),
    }),
  });
}

interface Written {
  /** The setting that the expression comes of. */
  readonly path: string;
  readonly expressions: readonly string[];
  readonly faults: readonly SettingFault[];
}

const placed: Readonly<Record<SaltPosition, string>> = {
  none: "$pass",
  prefix: "$salt.$pass",
  suffix: "$pass.$salt",
  both: "$salt.$pass.$salt",
};

function expressionsOf(digests: Digests, settings: BareDigestSettings<string>): Written {
  const { algorithm, salt, template, expression } = settings;
  const ways = [expression, template, salt?.position].filter((one) => one !== undefined);
  if (ways.length > 1)
    return wrong("expression", "one of expression, template and salt.position is allowed, not several");
  if (expression !== undefined) {
    if (algorithm !== undefined) return wrong("algorithm", "not allowed beside an expression, which names its digests");
    return { path: "expression", expressions: [expression], faults: [] };
  }
  if (algorithm === undefined || !digests.has(algorithm)) {
    return wrong("algorithm", `allowed are ${[...digests.keys()].join(", ")}, or an expression instead`);
  }
  const name = algorithm.replaceAll("-", "_");
  if (template !== undefined) return fromTemplate(name, template);
  const position = salt?.position ?? "none";
  if (!Object.hasOwn(placed, position)) {
    return wrong("salt.position", `allowed are ${Object.keys(placed).join(", ")}`);
  }
  const plain = `${name}(${placed[position]})`;
  const bothOrders = digests.get(algorithm)?.eitherOrder === true && (settings.iterations ?? 1) === 1;
  const expressions = bothOrders ? [plain, `strrev(${name}_bin(${placed[position]}))`] : [plain];
  return { path: "algorithm", expressions, faults: [] };
}

function fromTemplate(digest: string, template: string): Written {
  const pieces = template.split(/(\{[A-Z][A-Z0-9_]*\})/).filter((piece) => piece !== "");
  if (!pieces.includes("{PASSWORD}")) return wrong("template", "without {PASSWORD}");
  if (pieces.some((piece) => piece.includes("'") && piece.includes('"'))) {
    return wrong("template", "text with both kinds of quotes; allowed is one of them between two names");
  }
  const terms = pieces.map((piece) => {
    if (piece === "{PASSWORD}") return "$pass";
    if (/^\{[A-Z][A-Z0-9_]*\}$/.test(piece)) return `$${piece.slice(1, -1).toLowerCase()}`;
    return piece.includes("'") ? `"${piece}"` : `'${piece}'`;
  });
  return { path: "template", expressions: [`${digest}(${terms.join(".")})`], faults: [] };
}

function wrong(path: string, message: string): Written {
  return { path, expressions: [], faults: [{ path, message }] };
}

function iterationFaults(iterations: number): readonly SettingFault[] {
  if (Number.isSafeInteger(iterations) && iterations >= 1) return [];
  return [{ path: "iterations", message: `${iterations}, allowed whole numbers from 1 to maxIterations` }];
}
