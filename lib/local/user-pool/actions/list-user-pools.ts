import { integer, optionalText } from "../input.ts";
import { pageOf } from "../pages.ts";
import { seconds } from "../render-user.ts";
import type { Action } from "../world.ts";

export const listUserPools: Action = (world, input) => {
  const limit = integer(input, "MaxResults", { min: 1, max: 60 }) ?? 60;
  const { page, next } = pageOf([...world.pools.values()], limit, optionalText(input, "NextToken"));
  return {
    UserPools: page.map((pool) => ({
      Id: pool.id,
      Name: pool.name,
      LambdaConfig: pool.settings.given.LambdaConfig ?? {},
      CreationDate: seconds(pool.created),
      LastModifiedDate: seconds(pool.modified),
    })),
    ...(next === undefined ? {} : { NextToken: next }),
  };
};
