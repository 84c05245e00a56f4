import { setImmediate as nextTurn } from "node:timers/promises";

/** About 10 ms of work with the slowest round (SHA-512 of 200 bytes). */
const roundsPerTurn = 4096;

/**
 * Runs a digest's rounds on the main thread and lets other work have its turn in between, so that a deadline can fire.
 * @throws the signal's reason once it is aborted.
 */
export async function runRounds(rounds: number, signal: AbortSignal, round: (index: number) => void): Promise<void> {
  for (let start = 0; start < rounds; start += roundsPerTurn) {
    if (start > 0) await nextTurn();
    signal.throwIfAborted();
    const end = Math.min(rounds, start + roundsPerTurn);
    for (let index = start; index < end; index += 1) round(index);
  }
}
