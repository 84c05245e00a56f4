import { CognitoFault } from "../fault.ts";
import { text, textMap } from "../input.ts";
import { renderProvider } from "../render-provider.ts";
import { type Action, poolOf } from "../world.ts";

const types = ["SAML", "Facebook", "Google", "LoginWithAmazon", "SignInWithApple", "OIDC"];

/** Only the name and the type are kept: nothing is ever asked of a provider. */
export const createIdentityProvider: Action = (world, input) => {
  const pool = poolOf(world, input);
  const name = text(input, "ProviderName", { min: 1, max: 32, pattern: /^[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}]*$/u });
  const type = text(input, "ProviderType", { oneOf: types });
  if (pool.providers.byName.has(name) || name === "Cognito") {
    throw new CognitoFault("DuplicateProviderException", `A provider with the name ${name} already exists.`);
  }
  const details = Object.fromEntries(textMap(input, "ProviderDetails") ?? []);
  const provider = { name, type, created: world.settings.now() };
  pool.providers.byName.set(name, provider);
  return { IdentityProvider: { ...renderProvider(provider), UserPoolId: pool.id, ProviderDetails: details } };
};
