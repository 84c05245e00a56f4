// Iterated digests of `password{salt}`: Symfony's MessageDigestPasswordEncoder with a salt column, and Spring Security's
// with the salt before the digest, `{salt}digest`. Symfony hashes the password again in every iteration, Spring does not.

import { splitBraces, withBraces } from "../algorithms/braced-salt.ts";
import { type DigestName, digestNamed, digestNames, isDigestName, nodeDigests } from "../algorithms/digest.ts";
import { type DigestFormatSettings, digestFormat, type WrittenDigest } from "../algorithms/digest-format.ts";
import { compileRecipe, type RecipeSettings } from "../algorithms/digest-recipe.ts";
import { damaged, wholeNumber } from "../core/hash-bounds.ts";
import type { HashFamily, HashParams, ReadHash } from "../core/hash-family.ts";
import { numberParam, optionalText, textParam } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import type { StoredPassword } from "../core/user.ts";

export interface MessageDigestSettings extends Omit<RecipeSettings, "pepper">, Pick<DigestFormatSettings, "name"> {
  readonly framework?: "symfony" | "spring";
  /** Default Symfony's own, `sha512`. */
  readonly algorithm?: DigestName;
  /** The row's `params.iterations` goes before it. Default 5000 for Symfony, 1 for Spring. */
  readonly iterations?: number;
}

/** How Clerk exports and takes Symfony's. */
const clerk = /^sha512_symfony\$([^$]*)\$([^$]*)\$([^$]+)$/;

/** Checks rows that name it, as the last entry of `passwords` what no other format claims, and `sha512_symfony$…`. */
export function messageDigest(settings: MessageDigestSettings = {}): HashFormat {
  const { framework = "symfony", algorithm = "sha512" } = settings;
  const name = settings.name ?? "message-digest";
  const symfony = framework === "symfony";
  const digest = isDigestName(algorithm) ? algorithm.replaceAll("-", "_") : "sha512";
  const iterations = settings.iterations ?? (symfony ? 5000 : 1);
  return digestFormat({
    family: "message-digest",
    settings,
    recipe: compileRecipe(
      name,
      "algorithm",
      {
        expressions: [`${digest}($pass.$salt)`],
        ...(symfony ? { round: "digest($last.$pass.$salt)" } : {}),
        digests: nodeDigests,
      },
      settings,
    ),
    ...(symfony && digest === "sha512" ? { claimed: /^sha512_symfony\$/ } : {}),
    takesTheRest: true,
    faults: [
      ...(isDigestName(algorithm) ? [] : [{ path: "algorithm", message: `allowed are ${digestNames.join(", ")}` }]),
      ...(["symfony", "spring"].includes(framework)
        ? []
        : [{ path: "framework", message: "not known, allowed are symfony and spring" }]),
    ],
    read: (text, stored) => ({
      ...(Object.hasOwn(stored.params ?? {}, "iterations") ? {} : { iterations }),
      ...(symfony ? readSymfony(name, text, stored) : splitBraces(text)),
    }),
  });
}

function readSymfony(name: string, text: string, { salt = "" }: StoredPassword): WrittenDigest {
  const [, count, clerkSalt, digest] = clerk.exec(text) ?? [];
  if (count === undefined || clerkSalt === undefined || digest === undefined) {
    // Symfony refuses such a salt, because its braces could be moved between salt and password.
    if (/[{}]/.test(salt)) throw damaged(name, "a salt with braces, which Symfony refuses");
    return { digest: text, salt: withBraces(salt) };
  }
  const iterations = wholeNumber(count);
  if (iterations === undefined) throw damaged(name, "no decimal number of iterations");
  return { digest, salt: withBraces(clerkSalt), iterations };
}

function readRow(framework: "symfony" | "spring", encoded: string, params: HashParams): ReadHash {
  const algorithm = digestNamed(textParam(params, "digest"));
  if (algorithm === undefined) throw damaged("message-digest", `no known digest, allowed ${digestNames.join(", ")}`);
  const salt = optionalText(params, "salt");
  const count = Object.hasOwn(params, "iterations")
    ? { params: { iterations: numberParam(params, "iterations") } }
    : {};
  return {
    format: messageDigest({ framework, algorithm }),
    stored: { encoded, ...(salt === undefined ? {} : { salt }), ...count },
  };
}

export const messageDigestFamily: HashFamily = {
  name: "message-digest",
  title: "Iterated digests of Symfony and Spring Security",
  specified: "Symfony's and Spring Security's MessageDigestPasswordEncoder",
  bounds: "exact digest length; 1,000,000 iterations (maxIterations, up to 5,000,000)",
  dialects: [
    {
      id: "symfony-messagedigest",
      example: "g/bGm/z3C+ukxUeXBF/gdkFoWpjYrUmbS6o/Mf73PuZHsMlmQ7Cyl4jm86mFtULX/3o5xtyLu6gq9yNacWZteA==",
      beside: "salt column",
      usedBy: "Symfony 2 to 5, FOSUserBundle; taken by Clerk as sha512_symfony",
      couldBe: /^(?:[0-9a-f]{32,128}|[A-Za-z0-9+/]{22,86}={0,2})$/,
      line: "messageDigest()",
      read: (encoded, params) => readRow("symfony", encoded, params),
    },
    {
      id: "spring-messagedigest",
      example: "{THIS_IS_A_SALT}b2f50ffcbd3407fe9415c062d55f54731f340d32",
      usedBy: "Spring Security (MessageDigestPasswordEncoder, ShaPasswordEncoder, Md5PasswordEncoder)",
      couldBe: /^(?:\{[^}]*\})?(?:[0-9a-f]{32,128}|[A-Za-z0-9+/]{22,86}={0,2})$/,
      line: 'messageDigest({ framework: "spring", algorithm: "sha1" })',
      read: (encoded, params) => readRow("spring", encoded, params),
    },
  ],
};
