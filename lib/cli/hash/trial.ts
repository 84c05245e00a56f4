import type { HashFormat } from "../../core/ports.ts";
import type { Secret } from "../../core/secret.ts";
import type { StoredPassword } from "../../core/user.ts";

/** One known password and how it is stored. */
export interface Patient {
  readonly encoded: string;
  readonly password: Secret;
  /** The salt column, if it is apart. */
  readonly salt?: string | undefined;
  readonly username?: string | undefined;
  /** A site-wide key that may be mixed in. */
  readonly pepper?: Secret | undefined;
}

/** One way in which the password may have been stored. */
export interface Trial {
  /** The line for `passwords` in migration.config.ts. */
  readonly line: string;
  /** What the mapping has to hand out beside `encoded`. */
  readonly row?: string;
  readonly make: () => { readonly format: HashFormat; readonly stored: StoredPassword };
}
