import type { StartingSource } from "../starting-source.ts";

export const ldap: StartingSource = {
  name: "ldap",
  title: "an LDAP directory",
  userNames: ["username", "email", "alias"],
  secrets: {
    "samekey/directory":
      '{ "url": "ldaps://ldap.example.org", "bindDn": "cn=reader,dc=example,dc=org", "password": "password" }',
  },
  read: () => ({
    call: `ldap({
  // A secret: {"url": "ldaps://ldap.example.org", "bindDn": "cn=reader,dc=example,dc=org", "password": "…"}.
  // The account reads the attributes below, and not userPassword.
  connection: secret("samekey/directory"),
  // A certificate authority of your own:
  // tls: { caFile: "certificates/root.pem" },
  base: "ou=people,dc=example,dc=org",
  filter: "(objectClass=inetOrgPerson)",
  find: { byUsername: "uid", byEmail: "mail", byId: "entryUUID" },
  // Operational attributes have to be named.
  attributes: ["*", "entryUUID", "pwdAccountLockedTime"],
  user: (entry) => ({
    id: entry.text("entryUUID"),
    username: entry.text("uid"),
    // OpenLDAP's password policy; other servers have nsAccountLock, loginDisabled or a group of their own.
    enabled: entry.text("pwdAccountLockedTime") === undefined,
    attributes: {
      email: entry.text("mail"),
      // Say true only if nobody can write his own mail attribute.
      email_verified: false,
      given_name: entry.text("givenName"),
      family_name: entry.text("sn"),
    },
  }),
})`,
  }),
};
