import { bareByGrant } from "../../bare-grant.ts";

const url = process.env.BENCH_URL ?? "";

export const source = bareByGrant("keycloak", {
  tokenUrl: `${url}/realms/old/protocol/openid-connect/token`,
  clientGrant: {},
  passwordGrant: { grant_type: "password", scope: "openid" },
  usersUrl: (email) => {
    const query = new URLSearchParams({ email, exact: "true", briefRepresentation: "false", max: "2" });
    return `${url}/admin/realms/old/users?${query}`;
  },
  id: "id",
});
