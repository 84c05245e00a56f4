import { randomUUID } from "node:crypto";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from "jose";

/** A pool's RSA key, made at its first use: a pool whose tokens nobody asks for costs nothing. */
export interface SigningKey {
  readonly kid: string;
  privateKey(): Promise<CryptoKey>;
  publicKey(): Promise<CryptoKey>;
  jwk(): Promise<JWK>;
}

export function openSigningKey(): SigningKey {
  const kid = randomUUID();
  let pair: ReturnType<typeof generateKeyPair> | undefined;
  const open = () => {
    pair ??= generateKeyPair("RS256", { modulusLength: 2048 });
    return pair;
  };
  return {
    kid,
    privateKey: async () => (await open()).privateKey,
    publicKey: async () => (await open()).publicKey,
    jwk: async () => ({ ...(await exportJWK((await open()).publicKey)), kid, alg: "RS256", use: "sig" }),
  };
}
