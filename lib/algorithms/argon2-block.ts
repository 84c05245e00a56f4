// What Argon2 does with blocks of 1 KiB: the compression function of RFC 9106 sections 3.5 and 3.6.

/** A block has 128 numbers of 64 bits, each as its low and its high half. */
export const blockWords = 256;

const mixed = new Int32Array(blockWords);

/** G, section 3.5: BLAKE2b's round with multiplications over the rows and the columns of X xor Y. */
export function compress(x: Int32Array, y: Int32Array, out: Int32Array): void {
  for (let at = 0; at < blockWords; at += 1) mixed[at] = (x[at] ?? 0) ^ (y[at] ?? 0);
  out.set(mixed);
  for (let at = 0; at < quarters.length; at += 4) {
    quarter(out, quarters[at] ?? 0, quarters[at + 1] ?? 0, quarters[at + 2] ?? 0, quarters[at + 3] ?? 0);
  }
  addInto(out, mixed);
}

/** P, section 3.6, on each row and then each column: where the four numbers of every quarter round stand. */
const quarters = Uint16Array.from(
  [...Array(16).keys()].flatMap((line) => {
    const [first, pair] = line < 8 ? [16 * line, 2] : [2 * (line - 8), 16];
    const at = (index: number) => 2 * (first + (index >> 1) * pair + (index & 1));
    const turns = [0, 1, 2, 3].flatMap((i) => [i, 4 + i, 8 + i, 12 + i]);
    const diagonals = [0, 1, 2, 3].flatMap((i) => [i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4)]);
    return [...turns, ...diagonals].map(at);
  }),
);

/** BLAKE2b's quarter round, each addition x + y being x + y + 2 * low(x) * low(y). Numbers are pairs of low and high. */
function quarter(v: Int32Array, a: number, b: number, c: number, d: number): void {
  let al = v[a] ?? 0;
  let ah = v[a + 1] ?? 0;
  let bl = v[b] ?? 0;
  let bh = v[b + 1] ?? 0;
  let cl = v[c] ?? 0;
  let ch = v[c + 1] ?? 0;
  let dl = v[d] ?? 0;
  let dh = v[d + 1] ?? 0;
  let sum = sumLow(al, bl);
  ah = (ah + bh + sumHigh(al, bl) + carryOf(sum)) | 0;
  al = sum | 0;
  // To the right by 32.
  let other = dh ^ ah;
  dh = dl ^ al;
  dl = other;
  sum = sumLow(cl, dl);
  ch = (ch + dh + sumHigh(cl, dl) + carryOf(sum)) | 0;
  cl = sum | 0;
  // By 24.
  bl ^= cl;
  bh ^= ch;
  other = (bl >>> 24) | (bh << 8);
  bh = (bh >>> 24) | (bl << 8);
  bl = other;
  sum = sumLow(al, bl);
  ah = (ah + bh + sumHigh(al, bl) + carryOf(sum)) | 0;
  al = sum | 0;
  // By 16.
  dl ^= al;
  dh ^= ah;
  other = (dl >>> 16) | (dh << 16);
  dh = (dh >>> 16) | (dl << 16);
  dl = other;
  sum = sumLow(cl, dl);
  ch = (ch + dh + sumHigh(cl, dl) + carryOf(sum)) | 0;
  cl = sum | 0;
  // By 63, to the left by 1.
  bl ^= cl;
  bh ^= ch;
  other = (bl << 1) | (bh >>> 31);
  bh = (bh << 1) | (bl >>> 31);
  bl = other;
  v[a] = al;
  v[a + 1] = ah;
  v[b] = bl;
  v[b + 1] = bh;
  v[c] = cl;
  v[c + 1] = ch;
  v[d] = dl;
  v[d + 1] = dh;
}

/** The low halves' x + y + 2 * (x * y modulo 2^32), below 2^34. */
function sumLow(x: number, y: number): number {
  return (x >>> 0) + (y >>> 0) + 2 * (Math.imul(x, y) >>> 0);
}

function carryOf(sum: number): number {
  return (sum / 2 ** 32) | 0;
}

/** Twice the high half of the product of two low halves. */
function sumHigh(x: number, y: number): number {
  const xl = x & 65535;
  const xh = x >>> 16;
  const yl = y & 65535;
  const yh = y >>> 16;
  const middle = Math.imul(xh, yl) + (Math.imul(xl, yl) >>> 16);
  const cross = Math.imul(xl, yh) + (middle & 65535);
  return (Math.imul(xh, yh) + (middle >>> 16) + (cross >>> 16)) << 1;
}

/** Adds without carry. */
export function addInto(target: Int32Array, added: Int32Array): void {
  for (let at = 0; at < blockWords; at += 1) target[at] = (target[at] ?? 0) ^ (added[at] ?? 0);
}
