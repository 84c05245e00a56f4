// DES (FIPS 46-3) with the salt of crypt(3): the salt swaps bits of the expanded half, which no library's DES can do.
// Bits are numbered as in the standard, from 1 for the highest.

// The S-boxes, four rows each of sixteen hexadecimal digits.
const boxes = [
  "e4d12fb83a6c5907 0f74e2d1a6cb9538 41e8d62bfc973a50 fc8249175b3ea06d",
  "f18e6b34972dc05a 3d47f28ec01a69b5 0e7ba4d158c6932f d8a13f42b67c05e9",
  "a09e63f51dc7b428 d709346a285ecbf1 d6498f30b12c5ae7 1ad069874fe3b52c",
  "7de3069a1285bc4f d8b56f03472c1ae9 a690cb7df13e5284 3f06a1d8945bc72e",
  "2c417ab6853fd0e9 eb2c47d150fa3986 421bad78f9c5630e b8c71e2d6f09a453",
  "c1af92680d34e75b af427c9561de0b38 9ef528c3704a1db6 432c95fabe17608d",
  "4b2ef08d3c975a61 d0b7491ae35c2f86 14bdc37eaf680592 6bd814a7950fe23c",
  "d2846fb1a93e50c7 1fd8a374c56b0e92 7b419ce206adf358 21e74a8dfc90356b",
].map((rows) => rows.split(" "));

const permutationP = [
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
];
const choice1 = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36, 63, 55,
  47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
];
const choice2 = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47, 55, 30,
  40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];
const shifts = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];
/** IP takes bit 58, 50, …, 2, then 60, …, 4 and so on: the even columns from below, then the odd ones. */
const initial = [58, 60, 62, 64, 57, 59, 61, 63].flatMap((first) =>
  Array.from({ length: 8 }, (_, row) => first - 8 * row),
);

/** The S-boxes and P in one: for each box and each six bits in, the 32 bits that they give. */
let substitution: Int32Array | undefined;

function makeSubstitution(): Int32Array {
  const table = new Int32Array(8 * 64);
  for (const [box, rows] of boxes.entries()) {
    for (let six = 0; six < 64; six += 1) {
      const row = ((six >> 4) & 2) | (six & 1);
      const four = Number.parseInt(rows[row]?.charAt((six >> 1) & 15) ?? "0", 16);
      for (const [place, from] of permutationP.entries()) {
        const bit = from - 1 - 4 * box;
        if (bit >= 0 && bit < 4 && ((four >> (3 - bit)) & 1) === 1) {
          const at = 64 * box + six;
          table[at] = (table[at] ?? 0) | (1 << (31 - place));
        }
      }
    }
  }
  return table;
}

/** The sixteen round keys of a key of eight bytes, each as two halves of 24 bits; the bytes' lowest bits do not count. */
export function desKeySchedule(key: Uint8Array): Int32Array {
  const chosen = choice1.map((bit) => bitOf(key, bit));
  const schedule = new Int32Array(32);
  let c = chosen.slice(0, 28);
  let d = chosen.slice(28);
  for (const [round, shift] of shifts.entries()) {
    c = [...c.slice(shift), ...c.slice(0, shift)];
    d = [...d.slice(shift), ...d.slice(0, shift)];
    const bits = [...c, ...d];
    const half = (from: number) =>
      choice2.slice(from, from + 24).reduce((value, bit) => (value << 1) | (bits[bit - 1] ?? 0), 0);
    schedule[2 * round] = half(0);
    schedule[2 * round + 1] = half(24);
  }
  return schedule;
}

/** The two halves of a block after the initial permutation. */
export function desHalves(block: Uint8Array): Int32Array {
  const bits = initial.map((bit) => bitOf(block, bit));
  const half = (from: number) => bits.slice(from, from + 32).reduce((value, bit) => (value << 1) | bit, 0);
  return Int32Array.of(half(0), half(32));
}

/** The block of two halves: the inverse of the initial permutation. */
export function desBlock(halves: Int32Array): Uint8Array {
  const block = new Uint8Array(8);
  for (const [place, bit] of initial.entries()) {
    const value = ((halves[place >> 5] ?? 0) >>> (31 - (place & 31))) & 1;
    const at = (bit - 1) >> 3;
    block[at] = (block[at] ?? 0) | (value << (7 - ((bit - 1) & 7)));
  }
  return block;
}

/**
 * Encrypts the halves in place, `count` times over: the permutations between two encryptions cancel each other.
 * @param salt 24 bits: bit n (0 is the lowest) swaps bits 1 + n and 25 + n of the expanded half.
 */
export function desEncrypt(schedule: Int32Array, salt: number, halves: Int32Array, count: number): void {
  let mask = 0;
  for (let bit = 0; bit < 24; bit += 1) mask |= ((salt >>> bit) & 1) << (23 - bit);
  substitution ??= makeSubstitution();
  const table = substitution;
  let left = halves[0] ?? 0;
  let right = halves[1] ?? 0;
  for (let done = 0; done < count; done += 1) {
    for (let round = 0; round < 32; round += 2) {
      // The expansion E: groups of six bits that overlap by two, cut out of the half turned right by one.
      const turned = (right >>> 1) | (right << 31);
      let high =
        ((turned >>> 8) & 0xfc0000) |
        ((turned >>> 10) & 0x3f000) |
        ((turned >>> 12) & 0xfc0) |
        ((turned >>> 14) & 0x3f);
      let low =
        ((turned << 8) & 0xfc0000) | ((turned << 6) & 0x3f000) | ((turned << 4) & 0xfc0) | ((turned << 2) & 0x3c);
      low |= turned >>> 30;
      const swapped = (high ^ low) & mask;
      high ^= swapped ^ (schedule[round] ?? 0);
      low ^= swapped ^ (schedule[round + 1] ?? 0);
      const mixed =
        (table[high >>> 18] ?? 0) |
        (table[64 + ((high >>> 12) & 63)] ?? 0) |
        (table[128 + ((high >>> 6) & 63)] ?? 0) |
        (table[192 + (high & 63)] ?? 0) |
        (table[256 + (low >>> 18)] ?? 0) |
        (table[320 + ((low >>> 12) & 63)] ?? 0) |
        (table[384 + ((low >>> 6) & 63)] ?? 0) |
        (table[448 + (low & 63)] ?? 0);
      const next = left ^ mixed;
      left = right;
      right = next;
    }
    const before = left;
    left = right;
    right = before;
  }
  halves[0] = left;
  halves[1] = right;
}

function bitOf(bytes: Uint8Array, bit: number): number {
  return ((bytes[(bit - 1) >> 3] ?? 0) >> (7 - ((bit - 1) & 7))) & 1;
}
