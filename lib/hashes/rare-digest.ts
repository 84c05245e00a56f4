// Bare digests over MD4, Whirlpool and Streebog as well, which Node lacks: they cost a bundle about 30 kB, so that
// digest.ts leaves them out. CubeCart and one home-made mix of two digests are named here because they need them.

import { type BareDigestSettings, bareDigest } from "../algorithms/bare-digest.ts";
import { type DigestName, nodeDigests } from "../algorithms/digest.ts";
import { digestRow } from "../algorithms/digest-row.ts";
import { type RareDigestName, rareDigests } from "../algorithms/rare-digest.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import type { HashFormat } from "../core/ports.ts";

export type RareDigestSettings = BareDigestSettings<DigestName | RareDigestName>;

const digests = new Map([...nodeDigests, ...rareDigests]);

/**
 * Checks rows that name it, and as the last entry of `passwords` what no other format claims.
 * @example rareDigest({ algorithm: "whirlpool" })
 * @example rareDigest({ expression: "md4(utf16le($pass))" })
 */
export function rareDigest(settings: RareDigestSettings = {}): HashFormat {
  return bareDigest("rare-digest", digests, settings);
}

function rawDialect(algorithm: RareDigestName, example: string, usedBy: string): HashDialect {
  return {
    id: `raw-${algorithm}`,
    example,
    usedBy,
    couldBe: new RegExp(`^[0-9A-Fa-f]{${example.length}}$`),
    line: `rareDigest({ algorithm: "${algorithm}" })`,
    read: (encoded) => ({ format: rareDigest({ algorithm }), stored: { encoded } }),
  };
}

function productDialect(id: string, expression: string, example: string, usedBy: string): HashDialect {
  return {
    id,
    example,
    beside: "salt column",
    usedBy,
    couldBe: /^[0-9A-Fa-f]{128}$/,
    line: `rareDigest({ expression: "${expression}" })`,
    read: (encoded, params) => ({
      format: rareDigest({ expression, salt: { encoding: "hex" } }),
      stored: digestRow(encoded, params),
    }),
  };
}

export const rareDigestFamily: HashFamily = {
  name: "rare-digest",
  title: "Bare digests that Node lacks",
  specified: "MD4: RFC 1320; Whirlpool: ISO/IEC 10118-3; Streebog: GOST R 34.11-2012 (RFC 6986)",
  bounds: "exact digest length; 1,000,000 iterations (maxIterations, up to 5,000,000); 1,024 bytes of salt",
  dialects: [
    rawDialect("md4", "afe04867ec7a3845145579a95f72eca7", "old sites; taken by Auth0"),
    rawDialect(
      "whirlpool",
      "7ca8eaaaa15eaa4c038b4c47b9313e92da827c06940e69947f85bc0fbef3eb8fd254da220ad9e208b6b28f6bb9be31dd760f1fdb26112d83f87d96b416a4d258",
      "old sites",
    ),
    rawDialect(
      "streebog256",
      "57e9e50caec93d72e9498c211d6dc4f4d328248b48ecf46ba7abfa874f666e36",
      "Russian systems that follow the GOST standards",
    ),
    rawDialect(
      "streebog512",
      "5d5bdba48c8f89ee6c0a0e11023540424283e84902de08013aeeb626e819950bb32842903593a1d2e8f71897ff7fe72e17ac9ba8ce1d1d2f7e9c4359ea63bdc3",
      "Russian systems that follow the GOST standards",
    ),
    productDialect(
      "cubecart",
      "whirlpool($salt.$pass.$salt)",
      "a2c0342a2617026fbaeed01130c826cc3f58242799894b3ecc1abfa811ede03fd712efd14a886af6fa74045502f22c9feb1c45a291cf2d7bbe9bb94c388b6403",
      "CubeCart 5 and 6",
    ),
    productDialect(
      "leet-sha512-whirlpool-xor",
      "xor(sha512_bin($pass.$salt), whirlpool_bin($salt.$pass))",
      "581e6f9aee99df55bb815bb608707a640a8deae3bad343d0421822518f2c9d8a053221356894628e30f70bf91d36ca2a7300407ec6686fefaa46cbad07b0f78e",
      "sites with a home-made mix of two digests",
    ),
  ],
};
