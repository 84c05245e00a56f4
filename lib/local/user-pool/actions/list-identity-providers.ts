import { integer, optionalText } from "../input.ts";
import { pageOf } from "../pages.ts";
import { renderProvider } from "../render-provider.ts";
import { type Action, poolOf } from "../world.ts";

export const listIdentityProviders: Action = (world, input) => {
  const pool = poolOf(world, input);
  const limit = integer(input, "MaxResults", { min: 0, max: 60 }) || 60;
  const { page, next } = pageOf([...pool.providers.byName.values()], limit, optionalText(input, "NextToken"));
  return { Providers: page.map(renderProvider), ...(next === undefined ? {} : { NextToken: next }) };
};
