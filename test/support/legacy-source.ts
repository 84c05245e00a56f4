import { canonicalIdentifier } from "../../lib/core/identifier.ts";
import type { LegacySource, Lookup } from "../../lib/core/ports.ts";
import type { LegacyUser } from "../../lib/core/user.ts";
import { custom } from "../../lib/sources/custom.ts";

export interface LegacyStore {
  readonly source: LegacySource;
  /** The users as they stand now; a test may change them. */
  readonly users: Map<string, LegacyUser>;
  /** Each look-up, as `by canonical`. */
  readonly asked: string[];
}

export interface StoreOptions {
  readonly name?: string;
  readonly lookups?: readonly Lookup["by"][];
}

/** A legacy store in memory, behind the source that adopters' own code goes through. */
export function aSource(users: readonly LegacyUser[], options: StoreOptions = {}): LegacyStore {
  const { name = "custom", lookups = ["email", "phone", "username", "id"] } = options;
  const store = new Map(users.map((user) => [user.id, user]));
  const asked: string[] = [];
  const find = (by: Lookup): LegacyUser | undefined => {
    asked.push(`${by.by} ${by.canonical}`);
    return [...store.values()].find((user) => carried(user, by.by) === by.canonical);
  };
  return { source: custom({ name, lookups, find }), users: store, asked };
}

function carried(user: LegacyUser, by: Lookup["by"]): string | undefined {
  if (by === "id") return user.id;
  const value = { email: user.attributes.email, phone: user.attributes.phone_number, username: user.username }[by];
  return value === undefined ? undefined : canonicalIdentifier(value, { usernameCase: "insensitive" })?.canonical;
}
