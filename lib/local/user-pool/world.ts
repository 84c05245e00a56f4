import type { Attributes } from "./attributes.ts";
import type { ClientSettings } from "./client-settings.ts";
import type { CodeStore } from "./codes.ts";
import { CognitoFault } from "./fault.ts";
import type { GroupStore } from "./groups.ts";
import type { IdentityProviders } from "./identity-providers.ts";
import type { ImportJobs } from "./import/import-job.ts";
import type { ImportedPassword } from "./import/imported-hash.ts";
import type { Input } from "./input.ts";
import { text } from "./input.ts";
import type { Lockouts } from "./lockout.ts";
import type { Settings } from "./options.ts";
import type { PasswordRecord } from "./passwords.ts";
import type { PoolIdentity, PoolSettings } from "./pool-settings.ts";
import type { Schema } from "./schema.ts";
import type { SessionStore } from "./sessions.ts";
import type { SigningKey } from "./signing-key.ts";
import type { UserStore } from "./user-store.ts";

export type UserStatus = "UNCONFIRMED" | "CONFIRMED" | "RESET_REQUIRED" | "FORCE_CHANGE_PASSWORD" | "EXTERNAL_PROVIDER";

/** A user of a pool. Records are replaced, never changed. */
export interface User {
  readonly username: string;
  readonly sub: string;
  /** Without `sub`. */
  readonly attributes: Attributes;
  readonly status: UserStatus;
  readonly enabled: boolean;
  /** Absent after an administrator's reset, for users of a forgotten-password migration and of other providers. */
  readonly password: PasswordRecord | ImportedPassword | undefined;
  /** When a temporary password ends. */
  readonly passwordUntil: Date | undefined;
  readonly created: Date;
  readonly modified: Date;
}

export interface Client {
  readonly id: string;
  readonly secret: string | undefined;
  readonly name: string;
  readonly settings: ClientSettings;
  readonly created: Date;
  readonly modified: Date;
}

/** A pool. What cannot be changed later is in `identity`; `settings` and `schema` are replaced as wholes. */
export interface Pool {
  readonly id: string;
  readonly arn: string;
  readonly identity: PoolIdentity;
  name: string;
  settings: PoolSettings;
  schema: Schema;
  modified: Date;
  readonly created: Date;
  readonly clients: Map<string, Client>;
  readonly users: UserStore;
  readonly codes: CodeStore;
  readonly sessions: SessionStore;
  readonly lockouts: Lockouts;
  readonly groups: GroupStore;
  readonly providers: IdentityProviders;
  readonly key: SigningKey;
}

/** Everything a request may need. */
export interface World {
  readonly settings: Settings;
  readonly pools: Map<string, Pool>;
  /** Import jobs belong to the account: one at a time is active in all its pools. */
  readonly imports: ImportJobs;
  /** The server's own address; the tokens' issuer stands under it. Known once the server listens. */
  readonly endpoint: () => string;
  /** Once the server is stopped no trigger is called any more. */
  readonly stopped: () => boolean;
}

export type Action = (world: World, input: Input) => Promise<object> | object;

const poolIdRules = { min: 1, max: 55, pattern: /^[\w-]+_[0-9a-zA-Z]+$/ };
const clientIdRules = { min: 1, max: 128, pattern: /^[\w+]+$/ };

/** @throws CognitoFault ResourceNotFoundException */
export function poolOf(world: World, input: Input): Pool {
  const id = text(input, "UserPoolId", poolIdRules);
  return world.pools.get(id) ?? notFound(`User pool ${id} does not exist.`);
}

/** The client of an action that names only the client: its id is unique over all pools. */
export function clientOf(world: World, input: Input): { readonly pool: Pool; readonly client: Client } {
  const id = text(input, "ClientId", clientIdRules);
  for (const pool of world.pools.values()) {
    const client = pool.clients.get(id);
    if (client !== undefined) return { pool, client };
  }
  return notFound(`User pool client ${id} does not exist.`);
}

/** The client of an action that names pool and client. */
export function poolClientOf(world: World, input: Input): { readonly pool: Pool; readonly client: Client } {
  const pool = poolOf(world, input);
  const id = text(input, "ClientId", clientIdRules);
  return { pool, client: pool.clients.get(id) ?? notFound(`User pool client ${id} does not exist.`) };
}

function notFound(message: string): never {
  throw new CognitoFault("ResourceNotFoundException", message);
}
