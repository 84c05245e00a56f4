import type { LinkedIdentity } from "./imported-user.ts";

/** What the person who starts an import decides, with every word that is allowed; the first one is the default. */
export const importChoices = {
  /** A user who waits in the vault already is changed to what the file says, or kept as he is. */
  existing: ["update", "keep"],
  /** The old password goes on, or the first sign-in with it asks for a new one ("reset"). */
  passwords: ["keep", "reset"],
  /**
   * Users without a password wait for their forgotten password's way ("wait"), are made on the platform with a password
   * that nobody knows ("create"), or get the platform's own invitation ("invite").
   */
  withoutPassword: ["wait", "create", "invite"],
  /** Stored hashes wait in the vault, or those that it may take go to the platform's own import. */
  hashes: ["vault", "platform"],
} as const;

export type ImportOptions = {
  readonly [Name in keyof typeof importChoices]: (typeof importChoices)[Name][number];
};

export const usualImportOptions: ImportOptions = {
  existing: "update",
  passwords: "keep",
  withoutPassword: "wait",
  hashes: "vault",
};

/** What comes along with imported users, as the config says it. */
export interface ComesAlong {
  readonly groups: boolean;
  /** A linked identity's provider in the file, and its name on the platform; those of other providers stay behind. */
  readonly identities: Readonly<Record<string, string>>;
  /** The attributes that keep when the user was made and last signed in, ISO 8601. */
  readonly createdAt?: string | undefined;
  readonly lastSignInAt?: string | undefined;
}

/** The identities that the platform has a provider for, by its name. */
export function identitiesFor(
  identities: readonly LinkedIdentity[] | undefined,
  along: ComesAlong,
): readonly LinkedIdentity[] {
  return (identities ?? []).flatMap(({ provider, userId }) => {
    const name = Object.hasOwn(along.identities, provider) ? along.identities[provider] : undefined;
    return name === undefined ? [] : [{ provider: name, userId }];
  });
}
