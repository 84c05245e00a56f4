import { parseClientSettings } from "../client-settings.ts";
import { optionalText } from "../input.ts";
import { renderClient } from "../render-pool.ts";
import { type Action, type Client, poolClientOf } from "../world.ts";

/** Replaces all settings: a field that is left out is back at its default. Name, id and secret stay. */
export const updateUserPoolClient: Action = (world, input) => {
  const { pool, client } = poolClientOf(world, input);
  const next: Client = {
    ...client,
    name: optionalText(input, "ClientName", { min: 1, max: 128 }) ?? client.name,
    settings: parseClientSettings(input, pool.schema),
    modified: world.settings.now(),
  };
  pool.clients.set(client.id, next);
  return { UserPoolClient: renderClient(pool, next) };
};
