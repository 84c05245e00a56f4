// What the growth of a cold start is measured from: a config with no store to ask, and so with no driver.
import { defineMigration } from "../../../../lib/config/define-migration.ts";
import { bcrypt } from "../../../../lib/hashes/bcrypt.ts";
import { custom } from "../../../../lib/sources/custom.ts";

export default defineMigration({
  sources: [
    custom({
      lookups: ["email"],
      find: ({ canonical }) => ({
        id: canonical,
        username: canonical,
        enabled: true,
        attributes: { email: canonical, email_verified: true },
        // Cost 4, of the one password that everybody has.
        password: { encoded: "$2a$04$/.OC/.OC/.OC/.OC/.OC/.28tP/IpLOkUPJVl2FAtPm6XX3ntYuPO" },
      }),
    }),
  ],
  passwords: [bcrypt()],
  userNames: "email",
});
