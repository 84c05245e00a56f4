// Your migration: a table of users, in PostgreSQL.
// What this file imports is what the functions carry. docs/config.md lists every setting.
//
//   npm run samekey -- try        asks your legacy store for one user and checks one password
//   npm start -- --mine           runs this config against a user pool on this machine
import { defineMigration } from "./lib/config/define-migration.ts";
import { secret } from "./lib/config/secret.ts";
import { bcrypt } from "./lib/hashes/bcrypt.ts";
import { postgres } from "./lib/sources/postgres.ts";

const users = "select id, email, email_confirmed, password_hash, disabled from users";

export default defineMigration({
  sources: [
    postgres({
      // A secret in AWS Secrets Manager: postgres://user:password@host:5432/database, or what Amazon RDS keeps there.
      connection: secret("samekey/legacy-database"),
      // Amazon RDS: its certificates are on every Lambda function of this runtime.
      // tls: { caFile: "/var/runtime/ca-cert.pem" },
      // The typed text comes in lower case. Many users: have an index on lower(…).
      find: {
        byEmail: `${users} where lower(email) = $1`,
        byId: `${users} where id::text = $1`,
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
  // Yours are stored otherwise? npm run samekey -- hash identify says how.
  passwords: [bcrypt()],
  // How the user pool names its users: "email", "phone", "username" or "alias".
  userNames: "email",
});
