import { integer, optionalText } from "../input.ts";
import { pageOf } from "../pages.ts";
import { type Action, poolOf } from "../world.ts";

export const listUserPoolClients: Action = (world, input) => {
  const pool = poolOf(world, input);
  const limit = integer(input, "MaxResults", { min: 1, max: 60 }) ?? 60;
  const { page, next } = pageOf([...pool.clients.values()], limit, optionalText(input, "NextToken"));
  return {
    UserPoolClients: page.map((client) => ({ ClientId: client.id, UserPoolId: pool.id, ClientName: client.name })),
    ...(next === undefined ? {} : { NextToken: next }),
  };
};
