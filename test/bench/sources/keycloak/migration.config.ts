import { defineMigration } from "../../../../lib/config/define-migration.ts";
import { secret } from "../../../../lib/config/secret.ts";
import { keycloak } from "../../../../lib/sources/keycloak.ts";

export default defineMigration({
  sources: [keycloak({ url: process.env.BENCH_URL ?? "", realm: "old", client: secret("samekey/bench-source") })],
  userNames: "email",
});
