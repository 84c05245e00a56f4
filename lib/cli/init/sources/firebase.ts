import type { StartingSource } from "../starting-source.ts";

export const firebase: StartingSource = {
  name: "firebase",
  title: "Firebase Authentication",
  userNames: ["email", "phone", "alias"],
  secrets: {
    "samekey/firebase-api-key": "the project's Web API key",
    "samekey/firebase-service-account": "the JSON key file of a service account",
  },
  read: () => ({
    declarations: `// Firebase checks each password itself here. If you would rather not ask it: \`firebase auth:export\` gives every user's
// passwordHash and salt, and the console (Authentication, Users, Password hash parameters) the project's key. Load
// them into a table of yours, take \`samekey init\` for that database, and let its rows and \`passwords\` say:
//
//   password: { format: "firebase", encoded: row.password_hash, salt: row.salt },
//
//   passwords: [
//     firebase({
//       signerKey: secret("samekey/firebase-signer-key"), // base64_signer_key, as a secret
//       saltSeparator: "Bw==", // base64_salt_separator
//       rounds: 8, // rounds
//       memoryCost: 14, // mem_cost
//     }),
//   ],
//
// That firebase is of lib/hashes/firebase.ts; the one below is of lib/sources/firebase.ts.`,
    call: `firebase({
  projectId: "example-app",
  // A secret: the project's Web API key, restricted to the Identity Toolkit API.
  apiKey: secret("samekey/firebase-api-key"),
  // A secret: the JSON key file of a service account with firebaseauth.users.get alone. Without it nobody is found
  // without a password: then set forgotPassword: "refuse" below.
  serviceAccount: secret("samekey/firebase-service-account"),
  // Users with a second factor are refused. "accept-password-alone" only if the new pool asks for one itself.
  secondFactor: "refuse",
})`,
  }),
};
