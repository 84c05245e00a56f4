import type { StartingSource } from "../starting-source.ts";

export const cognito: StartingSource = {
  name: "cognito",
  title: "another Cognito user pool",
  userNames: ["email", "phone", "username", "alias"],
  secrets: {},
  read: () => ({
    call: `cognito({
  // The old pool; its region stands in the id.
  userPoolId: "eu-west-1_AbCdEfGhI",
  // A client of it for Samekey alone, with ALLOW_ADMIN_USER_PASSWORD_AUTH.
  clientId: "1example23456789",
  // Where the client has a secret:
  // clientSecret: secret("samekey/old-pool-client"),
  // Where the pool is another account's:
  // role: { arn: "arn:aws:iam::123456789012:role/samekey-reads-users" },
  // Users with a second factor are refused. "accept-password-alone" only if the new pool asks for one itself.
  secondFactor: "refuse",
})`,
  }),
};
