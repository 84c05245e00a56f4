// The config of the measured function: one database and one password format, as the hand-written handler has them.
import { defineMigration } from "../../../../lib/config/define-migration.ts";
import { secret } from "../../../../lib/config/secret.ts";
import { bcrypt } from "../../../../lib/hashes/bcrypt.ts";
import { postgres } from "../../../../lib/sources/postgres.ts";

export default defineMigration({
  sources: [
    postgres({
      connection: secret("samekey/bench-source"),
      // The database is on this machine. TLS would cost both sides the same, and so make the ratio look better.
      tls: "insecure-no-tls",
      find: {
        byEmail: "select id, email, email_confirmed, password_hash, disabled from users where lower(email) = $1",
      },
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
