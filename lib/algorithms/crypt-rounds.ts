// The rounds that md5crypt and SHA-crypt share: what is hashed in a round depends on its number alone.

import { runRounds } from "../core/hash-rounds.ts";
import { type DigestKernel, withMessages } from "./digest-kernel.ts";

/** The pattern of rounds repeats: 2 times 3 times 7. */
const period = 42;

/** What a round's message is made of. */
interface Make {
  readonly odd: boolean;
  readonly salted: boolean;
  readonly doubled: boolean;
}

/** The eight kinds of messages; `makeOf` finds the one of a round. */
const makes: readonly Make[] = Array.from({ length: 8 }, (_, index) => ({
  odd: (index & 1) === 1,
  salted: (index & 2) === 2,
  doubled: (index & 4) === 4,
}));

function makeOf(round: number): number {
  return (round % 2) + (round % 3 === 0 ? 0 : 2) + (round % 7 === 0 ? 0 : 4);
}

/**
 * Runs the rounds over a digest, which is changed in place. In SHA-crypt the password and the salt are its sequences P
 * and S. On the main thread, in slices.
 */
export async function runCryptRounds(
  kernel: DigestKernel,
  digest: Uint8Array,
  password: Uint8Array,
  salt: Uint8Array,
  rounds: number,
  signal: AbortSignal,
): Promise<void> {
  const messages = makes.map(({ odd, salted, doubled }) =>
    Buffer.concat([
      odd ? password : digest,
      ...(salted ? [salt] : []),
      ...(doubled ? [password] : []),
      odd ? digest : password,
    ]),
  );
  await withMessages(kernel, messages, async (memory) => {
    const plan = Array.from({ length: period }, (_, round) => {
      const make = makeOf(round);
      const start = memory.starts[make] ?? 0;
      const behind = makes[make]?.odd === true ? (messages[make]?.length ?? 0) - digest.length : 0;
      return { start, end: memory.ends[make] ?? 0, digestAt: start + behind };
    });
    // Each round writes its digest to its place in the next round's message.
    const placeOf = (round: number) => plan[round % period]?.digestAt ?? 0;
    memory.bytes.set(digest, placeOf(0));
    await runRounds(rounds, signal, (round) => {
      const message = plan[round % period];
      if (message !== undefined) memory.digest(message.start, message.end, placeOf(round + 1));
    });
    digest.set(memory.bytes.subarray(placeOf(rounds), placeOf(rounds) + digest.length));
  });
}
