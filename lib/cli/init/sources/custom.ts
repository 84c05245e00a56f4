import { format } from "../sql-schema.ts";
import { type StartingSource, typedLookups } from "../starting-source.ts";

export const custom: StartingSource = {
  name: "custom",
  title: "your own code",
  userNames: ["email", "username", "alias", "phone"],
  secrets: {},
  read: (userNames) => ({
    declarations: `/** A user as your store has him. */
interface LegacyAccount {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly active: boolean;
  readonly passwordHash: string;
}

/** Put your store here. Answers undefined for a user who is not there, and throws when it cannot tell. */
async function readAccount(by: string, text: string, signal: AbortSignal): Promise<LegacyAccount | undefined> {
  const address = new URL(\`https://legacy.example.org/users/\${by}/\${encodeURIComponent(text)}\`);
  const answer = await fetch(address, { signal });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(\`the legacy store answered \${answer.status}\`);
  return (await answer.json()) as LegacyAccount;
}`,
    call: `custom({
  name: "legacy",
  lookups: [${typedLookups(userNames)}],
  // \`authenticate\` beside it checks the password itself, where the hash cannot be read: docs/config.md#custom.
  find: async ({ by, canonical }, signal) => {
    const account = await readAccount(by, canonical, signal);
    return (
      account && {
        id: account.id,
        username: account.username,
        enabled: account.active,
        attributes: { email: account.email, email_verified: account.emailVerified },
        password: { encoded: account.passwordHash },
      }
    );
  },
})`,
    passwords: {
      notes: ["Yours are stored otherwise? npm run samekey -- hash identify says how."],
      formats: [format("bcrypt", "bcrypt()")],
    },
  }),
};
