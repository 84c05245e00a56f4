import { renderClient } from "../render-pool.ts";
import { type Action, poolClientOf } from "../world.ts";

export const describeUserPoolClient: Action = (world, input) => {
  const { pool, client } = poolClientOf(world, input);
  return { UserPoolClient: renderClient(pool, client) };
};
