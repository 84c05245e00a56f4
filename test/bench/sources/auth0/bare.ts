import { bareByGrant } from "../../bare-grant.ts";

const url = process.env.BENCH_URL ?? "";

export const source = bareByGrant("auth0", {
  tokenUrl: `${url}/oauth/token`,
  clientGrant: { audience: `${url}/api/v2/` },
  passwordGrant: {
    grant_type: "http://auth0.com/oauth/grant-type/password-realm",
    realm: "users",
    scope: "openid",
  },
  usersUrl: (email) => `${url}/api/v2/users-by-email?email=${encodeURIComponent(email)}`,
  id: "user_id",
});
