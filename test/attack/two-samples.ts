/**
 * The chance that a value of the one sample is less than one of the other, ties halved (Mann and Whitney's U over the number
 * of pairs; 0.5 where nothing tells them apart). It goes by rank, so that a pause of the machine counts as one value and
 * no more, and it is what somebody gains who times one answer of each and guesses by which was the slower.
 */
export function chanceOfLess(one: readonly number[], other: readonly number[]): number {
  let pairs = 0;
  for (const a of one) for (const b of other) pairs += a < b ? 1 : a === b ? 0.5 : 0;
  return pairs / (one.length * other.length);
}

/** The standard error of that chance for samples of one and the same distribution. */
export function standardError(one: number, other: number): number {
  return Math.sqrt((one + other + 1) / (12 * one * other));
}
