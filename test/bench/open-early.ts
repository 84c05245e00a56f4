/**
 * Opens during init what the first event needs; a failed opening there is met again by that event.
 * @param open Calls `forget` when what it opened is of no use any more.
 */
export function openEarly<T>(open: (forget: () => void) => Promise<T>): () => Promise<T> {
  let opening: Promise<T> | undefined;
  const forget = () => {
    opening = undefined;
  };
  const get = (): Promise<T> => {
    opening ??= open(forget).catch((error: unknown) => {
      forget();
      throw error;
    });
    return opening;
  };
  get().catch(() => undefined);
  return get;
}
