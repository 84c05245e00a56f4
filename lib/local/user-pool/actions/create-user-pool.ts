import { randomInt } from "node:crypto";
import { localAccountId } from "../../account.ts";
import { openCodeStore } from "../codes.ts";
import { openGroupStore } from "../groups.ts";
import { openIdentityProviders } from "../identity-providers.ts";
import { records, text } from "../input.ts";
import { openLockouts } from "../lockout.ts";
import { parsePoolIdentity, parsePoolSettings } from "../pool-settings.ts";
import { renderPool } from "../render-pool.ts";
import { parseSchema } from "../schema.ts";
import { openSessionStore } from "../sessions.ts";
import { openSigningKey } from "../signing-key.ts";
import { openUserStore } from "../user-store.ts";
import type { Action, Pool } from "../world.ts";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export const createUserPool: Action = (world, input) => {
  const now = world.settings.now();
  const random = Array.from({ length: 9 }, () => letters.charAt(randomInt(letters.length))).join("");
  const id = `${world.settings.region}_${random}`;
  const identity = parsePoolIdentity(input);
  const pool: Pool = {
    id,
    arn: `arn:aws:cognito-idp:${world.settings.region}:${localAccountId}:userpool/${id}`,
    identity,
    name: text(input, "PoolName", { min: 1, max: 128 }),
    settings: parsePoolSettings(input),
    schema: parseSchema(records(input, "Schema")),
    created: now,
    modified: now,
    clients: new Map(),
    users: openUserStore(identity),
    codes: openCodeStore(world.settings.now),
    sessions: openSessionStore(),
    lockouts: openLockouts(world.settings.now),
    groups: openGroupStore(),
    providers: openIdentityProviders(),
    key: openSigningKey(),
  };
  world.pools.set(id, pool);
  return { UserPool: renderPool(pool) };
};
