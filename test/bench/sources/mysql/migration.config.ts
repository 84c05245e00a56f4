import { defineMigration } from "../../../../lib/config/define-migration.ts";
import { secret } from "../../../../lib/config/secret.ts";
import { bcrypt } from "../../../../lib/hashes/bcrypt.ts";
import { mysql } from "../../../../lib/sources/mysql.ts";

export default defineMigration({
  sources: [
    mysql({
      connection: secret("samekey/bench-source"),
      tls: "insecure-no-tls",
      find: { byEmail: "select id, email, email_confirmed, password_hash, disabled from users where email = ?" },
      user: (row) => ({
        id: row.id,
        username: row.email,
        enabled: !row.disabled,
        attributes: { email: row.email, email_verified: row.email_confirmed },
        password: { encoded: row.password_hash },
      }),
    }),
  ],
  passwords: [bcrypt()],
  userNames: "email",
});
