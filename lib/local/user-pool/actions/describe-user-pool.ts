import { renderPool } from "../render-pool.ts";
import { type Action, poolOf } from "../world.ts";

export const describeUserPool: Action = (world, input) => ({ UserPool: renderPool(poolOf(world, input)) });
