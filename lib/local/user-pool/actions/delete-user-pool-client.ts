import { type Action, poolClientOf } from "../world.ts";

export const deleteUserPoolClient: Action = (world, input) => {
  const { pool, client } = poolClientOf(world, input);
  pool.clients.delete(client.id);
  return {};
};
