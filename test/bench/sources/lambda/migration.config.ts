import { defineMigration } from "../../../../lib/config/define-migration.ts";
import { bcrypt } from "../../../../lib/hashes/bcrypt.ts";
import { lambda } from "../../../../lib/sources/lambda.ts";

export default defineMigration({
  sources: [lambda({ functionArn: process.env.BENCH_FUNCTION ?? "", lookups: ["email"], actions: ["find"] })],
  passwords: [bcrypt()],
  userNames: "email",
});
