import { randomBytes, randomInt } from "node:crypto";
import { parseClientSettings } from "../client-settings.ts";
import { flag, text } from "../input.ts";
import { renderClient } from "../render-pool.ts";
import { type Action, type Client, poolOf } from "../world.ts";

const letters = "abcdefghijklmnopqrstuvwxyz0123456789";

export const createUserPoolClient: Action = (world, input) => {
  const pool = poolOf(world, input);
  const now = world.settings.now();
  const client: Client = {
    id: Array.from({ length: 26 }, () => letters.charAt(randomInt(letters.length))).join(""),
    secret: flag(input, "GenerateSecret") === true ? randomBytes(32).toString("hex").slice(0, 51) : undefined,
    name: text(input, "ClientName", { min: 1, max: 128 }),
    settings: parseClientSettings(input, pool.schema),
    created: now,
    modified: now,
  };
  pool.clients.set(client.id, client);
  return { UserPoolClient: renderClient(pool, client) };
};
