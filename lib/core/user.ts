/** A stored password as the legacy store keeps it: the string, and what stands beside it in the row. */
export interface StoredPassword {
  /** The format's name, where the string does not tell (a bare digest) or the row names a custom function. */
  readonly format?: string;
  readonly encoded: string;
  readonly salt?: string;
  readonly username?: string;
  readonly params?: Readonly<Record<string, string | number | boolean>>;
}

/** A user as the legacy store knows him. `attributes` are the ones that the platform would get. */
export interface LegacyUser {
  readonly id: string;
  readonly source: string;
  readonly username: string;
  readonly enabled: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  readonly groups?: readonly string[];
  readonly password?: StoredPassword | readonly StoredPassword[];
  /** What changes with the password, where the password itself cannot be read: a time, a counter. */
  readonly passwordVersion?: string;
}

/** One text for a user of one legacy store: no store's name has a `#` (the config check holds that). */
export function userId({ source, legacyId }: { readonly source: string; readonly legacyId: string }): string {
  return `${source}#${legacyId}`;
}

/** A user as the platform's event describes him. */
export interface PlatformUser {
  /** The platform's own user name: typed at sign-in, or an opaque id. */
  readonly username: string;
  /** The platform's id (Cognito: sub) together with its pool, `pool#sub`. */
  readonly id?: string;
  /** `pool#name` of a user who came by an identity provider: that name is the provider's and never changes. */
  readonly federatedId?: string;
  /** What Samekey wrote at the migration (Cognito: custom:legacy_id). */
  readonly legacyId?: string;
  readonly email?: string;
  readonly emailVerified: boolean;
  readonly phone?: string;
  readonly phoneVerified: boolean;
}

/** What a person who signs up brings to be known by. */
export interface Identifiers {
  /** The chosen user name and every name that may be signed in with besides (Cognito: preferred_username). */
  readonly usernames: readonly string[];
  readonly email?: string;
  readonly emailVerified: boolean;
  readonly phone?: string;
  readonly phoneVerified: boolean;
  readonly legacyId?: string;
}
