import type { StartingSource } from "../starting-source.ts";

export const auth0: StartingSource = {
  name: "auth0",
  title: "Auth0",
  userNames: ["email", "alias"],
  secrets: { "samekey/auth0": '{ "clientId": "id", "clientSecret": "secret" }' },
  read: () => ({
    call: `auth0({
  // The tenant's own address, not a custom domain: the Management API does not answer there.
  url: "https://example.eu.auth0.com",
  // A secret: {"clientId": "…", "clientSecret": "…"} of an application with the grants Password and Client
  // Credentials, and read:users as its only permission.
  application: secret("samekey/auth0"),
  // The database connection's name.
  realm: "Username-Password-Authentication",
  // Users with a second factor are refused. "accept-password-alone" only if the new pool asks for one itself.
  secondFactor: "refuse",
})`,
  }),
};
