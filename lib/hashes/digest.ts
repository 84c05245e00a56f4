// Bare digests as somebody's own code wrote them: MD5, SHA-1, SHA-2, SHA-3, BLAKE2 or RIPEMD-160 of the password, with or
// without salt, nested, iterated. Nothing in the string tells which; the settings do. The digests that Node lacks are in
// rare-digest.ts.

import { hash } from "node:crypto";
import { type BareDigestSettings, bareDigest } from "../algorithms/bare-digest.ts";
import { type DigestName, digestNamed, digestNames, nodeDigests } from "../algorithms/digest.ts";
import { digestRow, pepperSetting } from "../algorithms/digest-row.ts";
import { damaged } from "../core/hash-bounds.ts";
import type { HashDialect, HashFamily, HashParams, ReadHash } from "../core/hash-family.ts";
import { optionalText, textParam } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";

export type DigestSettings = BareDigestSettings<DigestName>;

/**
 * Checks rows that name it, and as the last entry of `passwords` what no other format claims.
 * @example digest({ algorithm: "sha256", salt: { position: "prefix" } })
 * @example digest({ expression: "md5(md5($salt).md5($pass))" })
 */
export function digest(settings: DigestSettings = {}): HashFormat {
  return bareDigest("digest", nodeDigests, settings);
}

function rawDialect(algorithm: DigestName): HashDialect {
  const example = hash(algorithm, "hashcat");
  return {
    id: `raw-${algorithm}`,
    example,
    usedBy: "sites that hashed without salt; taken by Auth0, Clerk, Stytch, Logto",
    couldBe: new RegExp(`^[0-9A-Fa-f]{${example.length}}$`),
    line: `digest({ algorithm: "${algorithm}" })`,
    read: (encoded) => ({ format: digest({ algorithm }), stored: { encoded } }),
  };
}

/** An expression and what it needs, as vector files spell them. */
function readExpression(encoded: string, params: HashParams): ReadHash {
  const expression = textParam(params, "expr");
  const format = digest({ expression, salt: { encoding: "hex" }, ...pepperSetting(params, "pepper") });
  return { format, stored: digestRow(encoded, params) };
}

/** A digest of digests: `digest`, `order` (`salt+pass` or `pass+salt`), `iterations`. */
function readIterated(encoded: string, params: HashParams): ReadHash {
  const algorithm = digestNamed(textParam(params, "digest"));
  if (algorithm === undefined) throw damaged("digest", `no known digest, allowed ${digestNames.join(", ")}`);
  const position = optionalText(params, "order")?.startsWith("pass") === true ? "suffix" : "prefix";
  const stored = digestRow(encoded, params);
  const salt = { position: stored.salt === undefined ? "none" : position, encoding: "hex" } as const;
  return { format: digest({ algorithm, salt }), stored };
}

const anyHex = /^[0-9A-Fa-f]{32,128}$/;

export const digestFamily: HashFamily = {
  name: "digest",
  title: "Bare digests",
  specified: "the digests' own standards; the notation is that of hashcat's list of modes",
  bounds: "exact digest length; 1,000,000 iterations (maxIterations, up to 5,000,000); 1,024 bytes of salt",
  dialects: [
    ...digestNames.filter((name) => name !== "sha512-256").map(rawDialect),
    {
      id: "digest-salted",
      example: "01dfae6e5d4d90d9892622325959afbe",
      beside: "salt column, or several; user name",
      usedBy: "sites with their own code, Auth0 exports",
      couldBe: anyHex,
      line: 'digest({ algorithm: "md5", salt: { position: "suffix" } })',
      read: readExpression,
    },
    {
      id: "digest-nested",
      example: "092fe2e63c2987a04061f4466a8bc70d",
      usedBy: "sites that hashed a hash, or took UTF-16",
      couldBe: anyHex,
      line: 'digest({ expression: "md5(sha1($pass).md5($pass).sha1($pass))" })',
      read: readExpression,
    },
    {
      id: "digest-iterated",
      example: "aZfSGse62d/pd3yE9x/oxWSBzIHvQZFol1RUMQVYVkU=",
      beside: "salt column",
      usedBy: "Apache Shiro 1 (HashedCredentialsMatcher)",
      couldBe: anyHex,
      line: 'digest({ algorithm: "sha256", salt: { position: "prefix" }, iterations: 1024 })',
      read: readIterated,
    },
  ],
};
