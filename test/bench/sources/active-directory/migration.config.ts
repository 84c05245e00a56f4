import { defineMigration } from "../../../../lib/config/define-migration.ts";
import { secret } from "../../../../lib/config/secret.ts";
import { activeDirectory } from "../../../../lib/sources/active-directory.ts";

export default defineMigration({
  sources: [
    activeDirectory({
      connection: secret("samekey/bench-source"),
      tls: { ca: process.env.BENCH_CA ?? "" },
      base: "dc=corp,dc=example",
      find: { byEmail: "mail" },
      user: (_, usual) => ({ ...usual, attributes: { ...usual.attributes, email_verified: true } }),
    }),
  ],
  userNames: "email",
});
