// Your migration: where the users are, how their passwords are stored, what the user pool gets.
// What this file imports is what the functions carry. docs/config.md lists every setting.
//
//   npm run samekey -- try        asks your database for one user and checks one password
//   npm start -- --mine           runs this config against a user pool on this machine
import { defineMigration } from "./lib/config/define-migration.ts";
import { secret } from "./lib/config/secret.ts";
import { bcrypt } from "./lib/hashes/bcrypt.ts";
import { postgres } from "./lib/sources/postgres.ts";

const columns = "id, email, email_confirmed, password_hash, disabled";

export default defineMigration({
  sources: [
    postgres({
      // A secret in AWS Secrets Manager: postgres://user:password@host:5432/database, or what Amazon RDS keeps there.
      connection: secret("samekey/legacy-database"),
      // Amazon RDS: its certificates are on every Lambda function of this runtime.
      // tls: { caFile: "/var/runtime/ca-cert.pem" },
      find: {
        byEmail: `select ${columns} from users where lower(email) = $1`,
        byId: `select ${columns} from users where id::text = $1`,
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
  // How the user pool names its users: "email", "phone", "username" or "alias".
  userNames: "email",
});
