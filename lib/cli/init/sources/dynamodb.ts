import { format } from "../sql-schema.ts";
import type { StartingSource } from "../starting-source.ts";

export const dynamodb: StartingSource = {
  name: "dynamodb",
  title: "Amazon DynamoDB",
  userNames: ["email", "username", "alias"],
  secrets: {},
  read: (userNames) => ({
    call: `dynamodb({
  // The functions may read it once its ARN stands in \`askedTables\` of serverless.yml.
  table: "users",
  // The table's own key, and indexes: an identifier is compared as it is stored, so keep it in lower case.
  find: {
    byId: { key: "userId" },
${lookups[userNames === "alias" ? "alias" : userNames === "username" ? "username" : "email"]}
  },
  user: (item) => ({
    id: item.userId,
    username: ${userNames === "email" ? "item.email" : "item.username"},
    enabled: item.status === "active",
    attributes: {
      email: item.email,
      // Say true only if your application has proved the address.
      email_verified: item.emailVerified === true,
    },
    password: { encoded: item.passwordHash },
  }),
})`,
    passwords: {
      notes: ["Yours are stored otherwise? npm run samekey -- hash identify says how."],
      formats: [format("bcrypt", "bcrypt()")],
    },
  }),
};

const email = `    byEmail: { index: "email-index", key: "email" },`;
const username = `    byUsername: { index: "username-index", key: "username" },`;
const lookups = { email, username, alias: `${username}\n${email}` };
