import { defineMigration } from "../../../../lib/config/define-migration.ts";
import { secret } from "../../../../lib/config/secret.ts";
import { bcrypt } from "../../../../lib/hashes/bcrypt.ts";
import { mongodb } from "../../../../lib/sources/mongodb.ts";

export default defineMigration({
  sources: [
    mongodb({
      connection: secret("samekey/bench-source"),
      tls: "insecure-no-tls",
      collection: "users",
      find: { byEmail: "email" },
      user: ({ _id, email, confirmed, hash, disabled }) => ({
        id: _id,
        username: email,
        enabled: disabled === false,
        attributes: { email, email_verified: confirmed },
        password: { encoded: hash },
      }),
    }),
  ],
  passwords: [bcrypt()],
  userNames: "email",
});
