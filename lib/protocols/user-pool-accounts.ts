import {
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
  AdminUserGlobalSignOutCommand,
  type CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Account, AccountOf, Accounts, FoundAccount } from "../core/accounts.ts";
import { asked } from "./user-pool-calls.ts";

export interface UserPoolAccountsSettings {
  readonly poolId: string;
  readonly client: CognitoIdentityProviderClient;
}

/** The users of one user pool, of whom Samekey made some. */
export function openUserPoolAccounts({ poolId: UserPoolId, client }: UserPoolAccountsSettings): Accounts {
  async function get(Username: string, signal: AbortSignal): Promise<AdminGetUserCommandOutput | undefined> {
    return asked("a user could not be read", signal, () =>
      unlessGone(() => client.send(new AdminGetUserCommand({ UserPoolId, Username }), { abortSignal: signal })),
    );
  }

  async function change(what: string, signal: AbortSignal, call: () => Promise<unknown>): Promise<void> {
    await asked(what, signal, () => unlessGone(call));
  }

  return {
    async find(user, signal) {
      let foreign = false;
      for (const name of namesOf(user)) {
        const there = await get(name, signal);
        if (there === undefined) continue;
        const account = accountOf(UserPoolId, there);
        if (isTheirs(user, account, there)) return { kind: "found", account } satisfies FoundAccount;
        foreign = true;
      }
      return foreign ? { kind: "foreign" } : { kind: "absent" };
    },
    disable: ({ username: Username }, signal) =>
      change("a user could not be disabled", signal, () =>
        client.send(new AdminDisableUserCommand({ UserPoolId, Username }), { abortSignal: signal }),
      ),
    enable: ({ username: Username }, signal) =>
      change("a user could not be enabled", signal, () =>
        client.send(new AdminEnableUserCommand({ UserPoolId, Username }), { abortSignal: signal }),
      ),
    signOut: ({ username: Username }, signal) =>
      change("a user could not be signed out", signal, () =>
        client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username }), { abortSignal: signal }),
      ),
    remove: ({ username: Username }, signal) =>
      change("a user could not be deleted", signal, () =>
        client.send(new AdminDeleteUserCommand({ UserPoolId, Username }), { abortSignal: signal }),
      ),
  };
}

/** The name that Samekey gave, and the one that the pool told: a deleted user may have come again under the first. */
function namesOf({ platformUsername, platformId }: AccountOf): readonly string[] {
  const told = idIn(platformId);
  return [...new Set([platformUsername, told].filter((name) => name !== undefined && name !== ""))] as string[];
}

function idIn(platformId: string | undefined): string | undefined {
  return platformId?.slice(platformId.indexOf("#") + 1);
}

/** By what Samekey wrote, or by the id that the pool told: never by a name or an address, which anybody may take. */
function isTheirs(user: AccountOf, account: Account, there: AdminGetUserCommandOutput): boolean {
  const legacyKey = attributeOf(there, "custom:legacy_id");
  if (legacyKey !== undefined) return legacyKey === user.legacyKey;
  const told = idIn(user.platformId);
  return told !== undefined && (account.id === user.platformId || account.username === told);
}

function accountOf(poolId: string, there: AdminGetUserCommandOutput): Account {
  const { Username = "", Enabled, UserStatus } = there;
  return {
    username: Username,
    id: `${poolId}#${attributeOf(there, "sub") ?? ""}`,
    enabled: Enabled !== false,
    standing:
      UserStatus === "CONFIRMED" || UserStatus === "EXTERNAL_PROVIDER"
        ? "entered"
        : UserStatus === "RESET_REQUIRED"
          ? "reset"
          : "other",
  };
}

function attributeOf({ UserAttributes = [] }: AdminGetUserCommandOutput, name: string): string | undefined {
  return UserAttributes.find(({ Name }) => Name === name)?.Value;
}

async function unlessGone<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && error.name === "UserNotFoundException") return undefined;
    throw error;
  }
}
