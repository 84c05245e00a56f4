import { defineMigration } from "../../../../lib/config/define-migration.ts";
import { bcrypt } from "../../../../lib/hashes/bcrypt.ts";
import { dynamodb } from "../../../../lib/sources/dynamodb.ts";

export default defineMigration({
  sources: [
    dynamodb({
      table: "bench-users",
      tableKey: ["id"],
      find: { byEmail: { index: "email-index", key: "email" } },
      user: ({ id, email, disabled, passwordHash }) => ({
        id,
        username: email,
        enabled: disabled === false,
        attributes: { email, email_verified: true },
        password: { encoded: passwordHash },
      }),
    }),
  ],
  passwords: [bcrypt()],
  userNames: "email",
});
