import { defineMigration } from "../../../../lib/config/define-migration.ts";
import { cognito } from "../../../../lib/sources/cognito.ts";

export default defineMigration({
  sources: [cognito({ userPoolId: process.env.BENCH_POOL ?? "", clientId: process.env.BENCH_CLIENT ?? "" })],
  userNames: "email",
});
