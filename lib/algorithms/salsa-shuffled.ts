// What yescrypt needs besides its block mix: Salsa20 over words in the order that it calls shuffled, and the S-boxes that
// it fills. Specified by Openwall's yescrypt, its reference implementation (yescrypt-ref.c, release 1.1), and RFC 7914.

const wordsPerBlock = 16;
/** Three boxes of 256 entries of 16 bytes. */
export const boxesBytes = 3 * 256 * 16;

/** Fills the boxes from the first 128 bytes of a block, which are changed by it: SMix with r = 1, its first half. */
export function fillBoxes(boxes: Int32Array, block: Int32Array): void {
  const x = shuffle(block.subarray(0, 2 * wordsPerBlock));
  for (let filled = 0; filled < boxes.length; filled += x.length) {
    boxes.set(x, filled);
    mixSalsa(x);
  }
  block.set(unshuffle(x));
}

/** Salsa20's words 0, 5, 10, 15, 4, 9, … of each block, which makes them four columns. */
export function shuffle(words: Int32Array): Int32Array {
  return words.map((_, index) => words[(index & ~15) + ((index * 5) & 15)] ?? 0);
}

export function unshuffle(words: Int32Array): Int32Array {
  const plain = new Int32Array(words.length);
  for (const [index, word] of words.entries()) plain[(index & ~15) + ((index * 5) & 15)] = word;
  return plain;
}

/** BlockMix of Salsa20/8 for r = 1 (RFC 7914 section 4), in place. */
function mixSalsa(x: Int32Array): void {
  for (let index = 0; index < wordsPerBlock; index += 1) x[index] = (x[index] ?? 0) ^ (x[wordsPerBlock + index] ?? 0);
  salsa(x, 0, 8);
  for (let index = 0; index < wordsPerBlock; index += 1) {
    x[wordsPerBlock + index] = (x[wordsPerBlock + index] ?? 0) ^ (x[index] ?? 0);
  }
  salsa(x, wordsPerBlock, 8);
}

const columns = new Int32Array(wordsPerBlock);

/** Salsa20 (RFC 7914 section 3) on the shuffled block that begins at a word, in place. */
export function salsa(x: Int32Array, block: number, salsaRounds: number): void {
  const y = columns;
  for (let index = 0; index < wordsPerBlock; index += 1) y[(index * 5) & 15] = x[block + index] ?? 0;
  for (let round = 0; round < salsaRounds; round += 2) {
    quarter(y, 0, 4, 8, 12);
    quarter(y, 5, 9, 13, 1);
    quarter(y, 10, 14, 2, 6);
    quarter(y, 15, 3, 7, 11);
    quarter(y, 0, 1, 2, 3);
    quarter(y, 5, 6, 7, 4);
    quarter(y, 10, 11, 8, 9);
    quarter(y, 15, 12, 13, 14);
  }
  for (let index = 0; index < wordsPerBlock; index += 1) {
    x[block + index] = (x[block + index] ?? 0) + (y[(index * 5) & 15] ?? 0);
  }
}

function quarter(y: Int32Array, a: number, b: number, c: number, d: number): void {
  y[b] = (y[b] ?? 0) ^ rotated((y[a] ?? 0) + (y[d] ?? 0), 7);
  y[c] = (y[c] ?? 0) ^ rotated((y[b] ?? 0) + (y[a] ?? 0), 9);
  y[d] = (y[d] ?? 0) ^ rotated((y[c] ?? 0) + (y[b] ?? 0), 13);
  y[a] = (y[a] ?? 0) ^ rotated((y[d] ?? 0) + (y[c] ?? 0), 18);
}

function rotated(sum: number, bits: number): number {
  return (sum << bits) | (sum >>> (32 - bits));
}
