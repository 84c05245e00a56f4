import type { StartingSource } from "../starting-source.ts";

export const keycloak: StartingSource = {
  name: "keycloak",
  title: "Keycloak, by its API",
  userNames: ["alias", "username", "email"],
  secrets: { "samekey/keycloak": '{ "clientId": "samekey", "clientSecret": "secret" }' },
  read: () => ({
    call: `keycloak({
  // With the relative path (/auth) where there is one.
  url: "https://id.example.org",
  realm: "customers",
  // A secret: {"clientId": "…", "clientSecret": "…"} of a confidential client with direct access grants, and
  // a service account whose only role is view-users.
  client: secret("samekey/keycloak"),
  // Users with a second factor are refused. "accept-password-alone" only if the new pool asks for one itself.
  secondFactor: "refuse",
})`,
  }),
};
