import { integer, optionalText } from "../input.ts";
import { pageOf } from "../pages.ts";
import { renderGroup } from "../render-group.ts";
import { type Action, poolOf } from "../world.ts";

export const listGroups: Action = (world, input) => {
  const pool = poolOf(world, input);
  const limit = integer(input, "Limit", { min: 0, max: 60 }) || 60;
  const { page, next } = pageOf(pool.groups.list(), limit, optionalText(input, "NextToken"));
  return {
    Groups: page.map((group) => renderGroup(pool, group)),
    ...(next === undefined ? {} : { NextToken: next }),
  };
};
