import { identityService } from "../identity-service.ts";

// https://auth0.com/docs/manage-users/user-accounts/user-profiles/sample-user-profiles
export const auth0 = identityService("auth0", (url, person) => {
  const one = person(url.searchParams.get("email") ?? "");
  if (one === undefined) return [];
  const { id, email } = one;
  const identities = [{ user_id: id, provider: "auth0", connection: "users", isSocial: false }];
  return [{ user_id: id, email, email_verified: true, identities }];
});
