import { type StartingSource, typedLookups } from "../starting-source.ts";

export const http: StartingSource = {
  name: "http",
  title: "your own service over HTTPS",
  userNames: ["email", "username", "alias", "phone"],
  secrets: { "samekey/legacy-service-key": "a text of at least 24 bytes that the service has too" },
  read: (userNames) => ({
    call: `http({
  // What it is asked, and what it may answer: docs/sources/http.md.
  url: "https://legacy.example.org/samekey",
  // A secret, a text of at least 24 bytes: each body is signed with it, and your service checks that.
  key: secret("samekey/legacy-service-key"),
  lookups: [${typedLookups(userNames)}],
  // With "authenticate" your service checks the password. Without it, \`find\` hands out the hash, and
  // \`passwords\` has to be added below: how it is checked.
  actions: ["find", "authenticate"],
})`,
  }),
};
