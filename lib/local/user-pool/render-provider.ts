import type { IdentityProvider } from "./identity-providers.ts";
import { seconds } from "./render-user.ts";

/** `ProviderDescription` of the API. */
export function renderProvider({ name, type, created }: IdentityProvider) {
  return { ProviderName: name, ProviderType: type, CreationDate: seconds(created), LastModifiedDate: seconds(created) };
}
