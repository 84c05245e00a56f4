import { bareDirectory } from "../../bare-directory.ts";

export const source = bareDirectory("ldap", {
  base: "ou=people,dc=example,dc=org",
  filter: "(&(objectClass=person)(mail=$1))",
  attributes: ["uid", "mail"],
  id: "uid",
});
