import { defineMigration } from "../../../../lib/config/define-migration.ts";
import { secret } from "../../../../lib/config/secret.ts";
import { ldap } from "../../../../lib/sources/ldap.ts";

export default defineMigration({
  sources: [
    ldap({
      connection: secret("samekey/bench-source"),
      tls: "insecure-no-tls",
      base: "ou=people,dc=example,dc=org",
      find: { byEmail: "mail" },
      attributes: ["uid", "mail"],
      user: (entry) => ({
        id: entry.text("uid"),
        username: entry.text("mail"),
        enabled: true,
        attributes: { email: entry.text("mail"), email_verified: true },
      }),
    }),
  ],
  userNames: "email",
});
