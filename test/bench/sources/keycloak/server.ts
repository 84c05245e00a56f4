import { identityService } from "../identity-service.ts";

// https://www.keycloak.org/docs-api/latest/rest-api/index.html#UserRepresentation
export const keycloak = identityService("keycloak", (url, person) => {
  const one = person(url.searchParams.get("email") ?? "");
  if (one === undefined) return [];
  const { id, email } = one;
  return [{ id, username: email, email, emailVerified: true, enabled: true, totp: false, attributes: {} }];
});
