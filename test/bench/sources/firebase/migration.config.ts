import { defineMigration } from "../../../../lib/config/define-migration.ts";
import { secret } from "../../../../lib/config/secret.ts";
import { firebase } from "../../../../lib/sources/firebase.ts";

export default defineMigration({
  sources: [
    firebase({ projectId: "old", apiKey: secret("samekey/bench-source"), url: `${process.env.BENCH_URL ?? ""}/v1` }),
  ],
  // Without a service account nobody is found without a password.
  forgotPassword: "refuse",
  userNames: "email",
});
