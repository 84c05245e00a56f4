/** Work of many callers, at most so much of it at a time. */
export interface Turns {
  /** Does the work when its turn has come, in the order of the calls. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function openTurns(limit: number): Turns {
  const waiting: (() => void)[] = [];
  let free = limit;
  return {
    async run(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((begin) => waiting.push(begin));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        // The turn goes over to the next one, or back.
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}

/** Does work on each item in its turn. The first failure ends what has not begun, and is thrown. */
export async function inTurns<Item>(
  turns: Turns,
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  let fault: { readonly error: unknown } | undefined;
  const each = (item: Item, index: number) =>
    turns.run(async () => {
      if (fault !== undefined) return;
      try {
        await work(item, index);
      } catch (error) {
        fault ??= { error };
      }
    });
  await Promise.all(items.map(each));
  if (fault !== undefined) throw fault.error;
}
