import { format } from "../sql-schema.ts";
import type { StartingSource } from "../starting-source.ts";

export const mongodb: StartingSource = {
  name: "mongodb",
  title: "MongoDB",
  userNames: ["email", "username", "alias"],
  secrets: { "samekey/legacy-database": "mongodb+srv://reader:password@cluster.example.org/app" },
  read: () => ({
    call: `mongodb({
  // A secret: mongodb+srv://reader:password@cluster.example.org/app, or the JSON of Amazon DocumentDB.
  connection: secret("samekey/legacy-database"),
  collection: "users",
  // Names are compared in either case: docs/sources/mongodb.md has the index that this needs.
  find: { byEmail: "email", byUsername: "username", byId: "_id" },
  user: (document) => ({
    id: document._id,
    username: document.username ?? document.email,
    enabled: document.disabled !== true,
    attributes: {
      email: document.email,
      // Say true only if your application has proved the address.
      email_verified: document.emailVerified === true,
    },
    password: { encoded: document.password },
  }),
})`,
    passwords: {
      notes: ["Yours are stored otherwise? npm run samekey -- hash identify says how."],
      formats: [format("bcrypt", "bcrypt()")],
    },
  }),
};
