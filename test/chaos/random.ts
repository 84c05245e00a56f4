/** Numbers that a seed decides. */
export interface Draw {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number from 0 to below `below`. */
  below(below: number): number;
  /** True so often, 0 to 1. */
  often(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** A stream of its own, so that what one actor draws does not depend on who came first. */
  fork(): Draw;
}

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state, enough to choose faults. */
export function openDraw(seed: number): Draw {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    often: (share) => next() < share,
    pick: (from) => {
      const found = from[below(from.length)];
      if (found === undefined) throw new Error("nothing to pick from");
      return found;
    },
    fork: () => openDraw(below(2 ** 32)),
  };
}
