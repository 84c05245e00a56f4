import { defineMigration } from "../../../../lib/config/define-migration.ts";
import { secret } from "../../../../lib/config/secret.ts";
import { bcrypt } from "../../../../lib/hashes/bcrypt.ts";
import { http } from "../../../../lib/sources/http.ts";

export default defineMigration({
  sources: [
    http({
      url: process.env.BENCH_URL ?? "",
      key: secret("samekey/bench-source"),
      lookups: ["email"],
      actions: ["find"],
    }),
  ],
  passwords: [bcrypt()],
  userNames: "email",
});
