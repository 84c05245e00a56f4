import type { StartingSource } from "../starting-source.ts";

export const activeDirectory: StartingSource = {
  name: "active-directory",
  title: "Active Directory",
  userNames: ["username", "email", "alias"],
  secrets: {
    "samekey/domain": '{ "url": "ldaps://dc1.corp.example", "bindDn": "samekey@corp.example", "password": "password" }',
  },
  read: () => ({
    call: `activeDirectory({
  // A secret: {"url": "ldaps://dc1.corp.example", "bindDn": "samekey@corp.example", "password": "…"}.
  // A plain domain user is enough.
  connection: secret("samekey/domain"),
  // The domain's own certificate authority:
  // tls: { caFile: "certificates/corp-root.pem" },
  base: "dc=corp,dc=example",
  find: { byUsername: "sAMAccountName", byEmail: ["mail", "userPrincipalName"] },
  // The usual user: objectGUID, sAMAccountName, whether the account is disabled or expired, mail, names.
  user: (_entry, usual) => ({
    ...usual,
    // Say true only if nobody can write his own mail attribute.
    attributes: { ...usual.attributes, email_verified: false },
  }),
})`,
  }),
};
