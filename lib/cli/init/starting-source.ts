import type { UserNames } from "../../core/platform-name.ts";
import type { ConfigParts } from "./config-parts.ts";

/** A source that is no SQL database, and what a config of it begins with. */
export interface StartingSource {
  /** Its file in lib/sources. */
  readonly name: string;
  readonly title: string;
  /** How a pool may name these users; the first is the usual one. */
  readonly userNames: readonly [UserNames, ...UserNames[]];
  /** Examples of the secrets that the config names. */
  readonly secrets: Readonly<Record<string, string>>;
  read(userNames: UserNames): Pick<ConfigParts, "call" | "passwords" | "declarations">;
}

/** What people type where a pool names its users so, as the members of a list. */
export function typedLookups(userNames: UserNames): string {
  return (userNames === "alias" ? ["username", "email"] : [userNames]).map((one) => JSON.stringify(one)).join(", ");
}
