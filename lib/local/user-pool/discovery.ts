import { issuerOf } from "./tokens.ts";
import type { World } from "./world.ts";

const paths = /^\/([\w-]+)\/\.well-known\/(jwks\.json|openid-configuration)$/;

/** The two documents that a token's reader fetches; undefined for any other path. */
export async function answerDiscovery(world: World, path: string): Promise<object | undefined> {
  const [, id = "", document] = paths.exec(path) ?? [];
  const pool = world.pools.get(id);
  if (pool === undefined) return undefined;
  if (document === "jwks.json") return { keys: [await pool.key.jwk()] };
  const issuer = issuerOf(world, pool);
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["code", "token"],
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
  };
}
