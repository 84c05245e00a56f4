import { defineMigration } from "../../../../lib/config/define-migration.ts";
import { secret } from "../../../../lib/config/secret.ts";
import { auth0 } from "../../../../lib/sources/auth0.ts";

export default defineMigration({
  sources: [auth0({ url: process.env.BENCH_URL ?? "", realm: "users", application: secret("samekey/bench-source") })],
  userNames: "email",
});
