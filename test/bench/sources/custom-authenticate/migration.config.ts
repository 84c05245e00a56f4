// As `custom`, for the sources that check the password themselves: no driver and no hash.
import { defineMigration } from "../../../../lib/config/define-migration.ts";
import { custom } from "../../../../lib/sources/custom.ts";

export default defineMigration({
  sources: [
    custom({
      lookups: ["email"],
      authenticate: ({ canonical }) => ({
        kind: "match",
        user: {
          id: canonical,
          username: canonical,
          enabled: true,
          attributes: { email: canonical, email_verified: true },
        },
      }),
    }),
  ],
  forgotPassword: "refuse",
  userNames: "email",
});
