/**
 * Does work on each item, at most so many at a time, in the items' order. The first failure ends it once what is under
 * way is done, and is thrown.
 */
export async function atOnce<Item>(
  limit: number,
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const waiting = items.entries();
  let fault: { readonly error: unknown } | undefined;
  const turns = Array.from({ length: Math.min(limit, items.length) }, async () => {
    for (const [index, item] of waiting) {
      if (fault !== undefined) return;
      try {
        await work(item, index);
      } catch (error) {
        fault ??= { error };
      }
    }
  });
  await Promise.all(turns);
  if (fault !== undefined) throw fault.error;
}
