// A bare HMAC (RFC 2104) of the password: its key is the row's salt, a key of the whole site, or the password itself.

import { type DigestName, digestNames, isDigestName, nodeDigests } from "../algorithms/digest.ts";
import { type DigestFormatSettings, digestFormat } from "../algorithms/digest-format.ts";
import { compileRecipe, type RecipeSettings } from "../algorithms/digest-recipe.ts";
import { digestRow, pepperSetting } from "../algorithms/digest-row.ts";
import { damaged } from "../core/hash-bounds.ts";
import type { HashFamily, HashParams, ReadHash } from "../core/hash-family.ts";
import { textParam } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";

export interface HmacSettings extends Omit<RecipeSettings, "maxIterations">, DigestFormatSettings {
  readonly algorithm?: DigestName;
  /**
   * The key: `salt` (the password is the text), `password` (the salt is the text), or `pepper`, the project-wide key.
   * Default `salt`.
   */
  readonly key?: HmacKey;
}

export type HmacKey = "salt" | "password" | "pepper";

const texts: Readonly<Record<HmacKey, string>> = {
  salt: "$salt, $pass",
  password: "$pass, $salt",
  pepper: "$pepper, $pass",
};

/**
 * Checks rows that name it, and as the last entry of `passwords` what no other format claims.
 * @example hmac({ algorithm: "sha256", key: "pepper", pepper: secret("samekey/kohana-key") })
 */
export function hmac(settings: HmacSettings = {}): HashFormat {
  const { algorithm, key = "salt" } = settings;
  const name = settings.name ?? "hmac";
  const known = algorithm !== undefined && isDigestName(algorithm);
  const expressions = known ? [`hmac_${algorithm.replaceAll("-", "_")}(${texts[key] ?? texts.salt})`] : [];
  const recipe = compileRecipe(name, "algorithm", { expressions, digests: nodeDigests }, settings);
  return digestFormat({
    family: "hmac",
    settings,
    recipe: known ? recipe : { ...recipe, faults: [] },
    faults: [
      ...(known ? [] : [{ path: "algorithm", message: `allowed are ${digestNames.join(", ")}` }]),
      ...(Object.hasOwn(texts, key) ? [] : [{ path: "key", message: `allowed are ${Object.keys(texts).join(", ")}` }]),
    ],
    read: (digest) => ({ digest }),
  });
}

/** `hmac_sha1($salt,$pass)` or `hmac_sha1($pass,$salt)`. */
function readHmac(encoded: string, params: HashParams): ReadHash {
  const [, algorithm = "", first] =
    /^hmac_([a-z0-9_]+)\(\$(salt|pass),\s*\$(?:salt|pass)\)$/.exec(textParam(params, "expr")) ?? [];
  if (!isDigestName(algorithm)) throw damaged("hmac", "not of the form hmac_sha1($salt,$pass)");
  const key = first === "pass" ? "password" : "salt";
  return { format: hmac({ algorithm, key, saltEncoding: "hex" }), stored: digestRow(encoded, params) };
}

export const hmacFamily: HashFamily = {
  name: "hmac",
  title: "HMAC",
  specified: "RFC 2104",
  bounds: "exact digest length, 1,024 bytes of salt",
  dialects: [
    {
      id: "hmac",
      example: "7f51edecfa6fb401a0b5e63d33fc8c0e",
      beside: "salt column",
      usedBy: "sites with their own code, Auth0 exports",
      couldBe: /^[0-9A-Fa-f]{32,128}$/,
      line: 'hmac({ algorithm: "md5" })',
      read: readHmac,
    },
    {
      id: "kohana-hmac",
      example: "aebd30c8f7fa028f566ec3a430b84a8acee195ee3fe9758556ded51350164090",
      beside: "hash_key, as the pepper",
      usedBy: "Kohana 3 (Auth module)",
      couldBe: /^[0-9a-f]{64}$/,
      line: 'hmac({ algorithm: "sha256", key: "pepper", pepper: secret("…") })',
      read: (encoded, params) => ({
        format: hmac({
          algorithm: "sha256",
          key: "pepper",
          pepper: Secret.fromText(""),
          ...pepperSetting(params, "key"),
        }),
        stored: { encoded },
      }),
    },
  ],
};
