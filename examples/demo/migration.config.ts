// The config of the demo, which `npm start` and the tests run. Yours is migration.config.ts at the root.
import { defineMigration } from "../../lib/config/define-migration.ts";
import { secret } from "../../lib/config/secret.ts";
import { argon2 } from "../../lib/hashes/argon2.ts";
import { bcrypt } from "../../lib/hashes/bcrypt.ts";
import { pbkdf2 } from "../../lib/hashes/pbkdf2.ts";
import { phpass } from "../../lib/hashes/phpass.ts";
import { scrypt } from "../../lib/hashes/scrypt.ts";
import { shaCrypt } from "../../lib/hashes/sha-crypt.ts";
import { postgres } from "../../lib/sources/postgres.ts";

const columns = "id, username, email, email_confirmed, full_name, password_hash, disabled";

export default defineMigration({
  sources: [
    postgres({
      connection: secret("samekey/legacy-database"),
      // The demo's database is on this machine alone and has no TLS. Leave this line out of yours.
      tls: "insecure-no-tls",
      find: {
        byEmail: `select ${columns} from users where lower(email) = $1`,
        byUsername: `select ${columns} from users where lower(username) = $1`,
        byId: `select ${columns} from users where id::text = $1`,
      },
      user: (row) => ({
        id: row.id,
        username: row.username,
        enabled: !row.disabled,
        attributes: { email: row.email, email_verified: row.email_confirmed, name: row.full_name },
        password: { encoded: row.password_hash },
      }),
      // The old system is told who has left: by the function on the ledger's stream, in no sign-in's way.
      mark: "update users set moved_at = coalesce(moved_at, $2) where id::text = $1",
    }),
  ],
  passwords: [bcrypt(), pbkdf2(), phpass(), argon2(), scrypt(), shaCrypt()],
  // People sign in with their user name or their e-mail address.
  userNames: "alias",
});
