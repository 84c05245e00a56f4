/** A user as your application has him; what is not there is left out. docs/import-api.md explains each field. */
export interface ImportUser {
  /** Stays the same for the user's life. */
  readonly id: string | number | bigint;
  readonly username: string | number | bigint;
  readonly enabled: boolean;
  /** By the platform's names: email, email_verified, phone_number, … */
  readonly attributes: Readonly<Record<string, string | number | boolean | bigint | null | undefined>>;
  readonly groups?: readonly string[] | undefined;
  readonly password?: ImportPassword | readonly ImportPassword[] | null | undefined;
  readonly passwordVersion?: string | number | Date | null | undefined;
  /** A password as it is typed; beside it there is no stored one. */
  readonly plaintext?: string | null | undefined;
  readonly identities?: readonly { readonly provider: string; readonly userId: string | number }[] | null | undefined;
  /** The shared secret of a TOTP authenticator, Base32. */
  readonly totp?: string | null | undefined;
  /** ISO 8601, seconds or milliseconds since 1970, or a Date. */
  readonly createdAt?: string | number | Date | null | undefined;
  readonly lastSignInAt?: string | number | Date | null | undefined;
  readonly departments?: readonly (readonly string[])[] | null | undefined;
}

/** A stored password, as it stands in the row. */
export interface ImportPassword {
  readonly encoded: string | null;
  /** The format's name, where the hash does not tell it. */
  readonly format?: string;
  readonly salt?: string;
  readonly username?: string;
  readonly params?: Readonly<Record<string, string | number | boolean>>;
}

/** What becomes of users; the first word of each is the default. */
export interface ImportOptions {
  readonly existing?: "update" | "keep";
  readonly passwords?: "keep" | "reset";
  readonly withoutPassword?: "wait" | "create" | "invite";
}

/** What became of one user. */
export interface UserResult {
  /** The user's place in what was given, from 0. */
  readonly index: number;
  readonly user: ImportUser;
  readonly result: "created" | "updated" | "unchanged" | "kept" | "refused";
  /** Of a user who is kept: how far he is. */
  readonly state?: string;
  /** Of a user who is refused. It has no value of the user. */
  readonly reason?: string;
}

export interface Import {
  readonly id: string;
  readonly state: "waiting" | "running" | "finished" | "failed";
  readonly startedAt: string;
  readonly updatedAt: string;
  /** Records whose fate is settled, of those at the file's beginning. */
  readonly settled: number;
  readonly counts: Readonly<Record<"read" | "create" | "update" | "same" | "kept" | "refused" | "pending", number>>;
  readonly ways: Readonly<Record<string, number>>;
  readonly reasons: readonly { readonly reason: string; readonly count: number; readonly lines: readonly number[] }[];
  /** When it is over and some were refused. */
  readonly refused?: { readonly records: Link; readonly reasons: Link };
}

/** A link that whoever has it may use, until it expires. */
export interface Link {
  readonly url: string;
  readonly expiresAt: string;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}
