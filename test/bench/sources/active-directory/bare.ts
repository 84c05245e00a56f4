import { bareDirectory } from "../../bare-directory.ts";

export const source = bareDirectory("active-directory", {
  base: "dc=corp,dc=example",
  filter: "(&(objectCategory=person)(objectClass=user)(mail=$1))",
  attributes: [
    "objectGUID",
    "objectSid",
    "sAMAccountName",
    "userPrincipalName",
    "userAccountControl",
    "accountExpires",
    "mail",
    "givenName",
    "sn",
    "displayName",
  ],
  id: "objectGUID",
  tls: { ca: process.env.BENCH_CA ?? "" },
});
