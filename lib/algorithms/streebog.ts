// Streebog (GOST R 34.11-2012), RFC 6986; the numbers in brackets are its sections.

/** pi, the nonlinear bijection (5.2). */
const piHex =
  "fceedd11cf6e3116fbc4fada23c5044de977f0db932e99ba1736f1bb14cd5fc1f918655ae25cef21811c3c428b018e4f058402aee36a8fa0" +
  "060bed987fd4d31feb342c51eac848abf22a68a2fd3aceccb5700e56080c7612bf7213479cb75d8715a19629107b9ac7f391786f9d9eb2b1" +
  "3275193dff358a7e6d54c680c3bd0d57dff524a93ea843c9d779d6f67c22b903e00fecde7a94b0bcdce828504e330a4aa79760731e006244" +
  "1ab83882649f2641ad454692275e552f8ca3a57d69d5953b0758b34086ac1df730376be488d9e789e11b83494c3ff8fe8d53aa90cad88561" +
  "207167a42d2b095bcb9b25d0bee56c5259a674d2e6f4b4c0d166afc2394b63b6";

/** A, the matrix of the linear transformation (5.4), row after row. */
const matrixHex =
  "8e20faa72ba0b47047107ddd9b505a38ad08b0e0c3282d1cd8045870ef14980e6c022c38f90a4c073601161cf205268d1b8e0b0e798c13c8" +
  "83478b07b2468764a011d380818e8f405086e740ce47c9202843fd2067adea1014aff010bdd875080ad97808d06cb40405e23c0468365a02" +
  "8c711e02341b2d0146b60f011a83988e90dab52a387ae76f486dd4151c3dfdb924b86a840e90f0d2125c354207487869092e94218d243cba" +
  "8a174a9ec8121e5d4585254f64090fa0accc9ca9328a89509d4df05d5f661451c0a878a0a1330aa660543c50de970553302a1e286fc58ca7" +
  "18150f14b9ec46dd0c84890ad27623e00642ca05693b9f700321658cba93c13886275df09ce8aaa8439da0784e745554afc0503c273aa42a" +
  "d960281e9d1d5215e230140fc080298471180a8960409a42b60c05ca30204d215b068c651810a89e456c34887a3805b9ac361a443d1c8cd2" +
  "561b0d22900e46692b838811480723ba9bcf4486248d9f5dc3e9224312c8c1a0effa11af0964ee50f97d86d98a327728e4fa2054a80b329c" +
  "727d102a548b194e39b008152acb82279258048415eb419d492c024284fbaec0aa16012142f35760550b8e9e21f7a530a48b474f9ef5dc18" +
  "70a6a56e2440598e3853dc371220a2471ca76e95091051ad0edd37c48a08a6d807e095624504536c8d70c431ac02a736c83862965601dd1b" +
  "641c314b2b8ee083";

/** C1 to C12, the iteration constants (5.5). */
const constantsHex =
  "b1085bda1ecadae9ebcb2f81c0657c1f2f6a76432e45d016714eb88d7585c4fc4b7ce09192676901a2422a08a460d31505767436cc744d23" +
  "dd806559f2a645076fa3b58aa99d2f1a4fe39d460f70b5d7f3feea720a232b9861d55e0f16b501319ab5176b12d699585cb561c2db0aa7ca" +
  "55dda21bd7cbcd56e679047021b19bb7f574dcac2bce2fc70a39fc286a3d843506f15e5f529c1f8bf2ea7514b1297b7bd3e20fe490359eb1" +
  "c1c93a376062db09c2b6f443867adb31991e96f50aba0ab2ef1fdfb3e81566d2f948e1a05d71e4dd488e857e335c3c7d9d721cad685e353f" +
  "a9d72c82ed03d675d8b71333935203be3453eaa193e837f1220cbebc84e3d12e4bea6bacad4747999a3f410c6ca923637f151c1f1686104a" +
  "359e35d7800fffbdbfcd1747253af5a3dfff00b723271a167a56a27ea9ea63f5601758fd7c6cfe57ae4faeae1d3ad3d96fa4c33b7a3039c0" +
  "2d66c4f95142a46c187f9ab49af08ec6cffaa6b71c9ab7b40af21f66c2bec6b6bf71c57236904f35fa68407a46647d6ef4c70e16eeaac5ec" +
  "51ac86febf240954399ec6c7e6bf87c9d3473e33197a93c90992abc52d822c3706476983284a05043517454ca23c4af38886564d3a14d493" +
  "9b1f5b424d93c9a703e7aa020c6e41414eb7f8719c36de1e89b4443b4ddbc49af4892bcb929b069069d18d2bd1a5c42f36acc2355951a8d9" +
  "a47f0dd4bf02e71e378f5a541631229b944c9ad8ec165fde3a7d3a1b258942243cd955b7e00d0984800a440bdbb2ceb17b2b8a9aa6079c54" +
  "0e38dc92cb1f2a607261445183235adbabbedea680056f52382ae548b2e4f3f38941e71cff8a78db1fffe18a1b3361039fe76702af69334b" +
  "7a1e6c303b7652f43698fad1153bb6c374b4c7fb98459ced7bcd9ed0efc889fb3002c6cd635afe94d8fa6bbbebab07612001802114846679" +
  "8a1d71efea48b9caefbacd1d7d476e98dea2594ac06fd85d6bcaa4cd81f32d1b378ee767f11631bad21380b00449b17acda43c32bcdf1d77" +
  "f82012d430219f9b5d80ef9d1891cc86e71da4aa88e12852faf417d5d9b21b9948bc924af11bd720";

const wordsPerBlock = 16;
const blockBytes = 64;

// A 512-bit number is 16 words of 32 bits, the lowest first; a 64-bit word of the standard is two of them.
type Block = Uint32Array;

/** C1 to C12; the standard writes its numbers with the highest digit first. */
const iterationConstants: readonly Block[] = Array.from({ length: 12 }, (_, index) => {
  const bytes = Buffer.from(constantsHex, "hex").subarray(index * blockBytes, (index + 1) * blockBytes);
  return readBlock(Uint8Array.from(bytes).reverse());
});

/**
 * S, P and L in one step: for byte `position` of a 64-bit row, its value, and the half of the row's image. P makes that
 * byte come from the 64-bit word of the same number.
 */
let images: Uint32Array | undefined;

function makeImages(): Uint32Array {
  const pi = Buffer.from(piHex, "hex");
  const matrix = Buffer.from(matrixHex, "hex");
  const table = new Uint32Array(8 * 256 * 2);
  for (let position = 0; position < 8; position += 1) {
    for (let value = 0; value < 256; value += 1) {
      const image = pi[value] ?? 0;
      for (let bit = 0; bit < 8; bit += 1) {
        if (((image >>> bit) & 1) === 0) continue;
        const row = 8 * (63 - 8 * position - bit);
        const at = 2 * (256 * position + value);
        table[at] = (table[at] ?? 0) ^ matrix.readUInt32BE(row + 4);
        table[at + 1] = (table[at + 1] ?? 0) ^ matrix.readUInt32BE(row);
      }
    }
  }
  return table;
}

/** The digest of some bytes, 32 or 64 bytes long, in the order in which GOST R 34.11-2012's own examples are stored. */
export function streebog(bits: 256 | 512, data: Uint8Array): Uint8Array {
  // 5.1 and 6: h, the number of bits so far, and the sum of all blocks.
  let hash: Block = new Uint32Array(wordsPerBlock).fill(bits === 256 ? 0x01010101 : 0);
  const count: Block = new Uint32Array(wordsPerBlock);
  const sum: Block = new Uint32Array(wordsPerBlock);
  const wholeBytes = data.length - (data.length % blockBytes);
  for (let start = 0; start < wholeBytes; start += blockBytes) {
    const block = readBlock(data.subarray(start, start + blockBytes));
    hash = compress(count, hash, block);
    add(count, numberBlock(8 * blockBytes));
    add(sum, block);
  }
  const rest = data.subarray(wholeBytes);
  const last = readBlock(Uint8Array.from({ length: blockBytes }, (_, at) => rest[at] ?? (at === rest.length ? 1 : 0)));
  hash = compress(count, hash, last);
  add(count, numberBlock(8 * rest.length));
  add(sum, last);
  const zero: Block = new Uint32Array(wordsPerBlock);
  hash = compress(zero, compress(zero, hash, count), sum);
  const bytes = Buffer.alloc(blockBytes);
  hash.forEach((word, index) => {
    bytes.writeUInt32LE(word, 4 * index);
  });
  return Uint8Array.from(bits === 256 ? bytes.subarray(32) : bytes);
}

/** HMAC_GOSTR3411_2012_256 (RFC 7836 section 4.1.1): RFC 2104 with a block of 64 bytes. */
export function hmacStreebog256(key: Uint8Array, data: Uint8Array): Uint8Array {
  const short = key.length > blockBytes ? streebog(256, key) : key;
  const pad = (mask: number) => Uint8Array.from({ length: blockBytes }, (_, at) => (short[at] ?? 0) ^ mask);
  const inner = streebog(256, Buffer.concat([pad(0x36), data]));
  return streebog(256, Buffer.concat([pad(0x5c), inner]));
}

/** g_N(h, m) (5.6). */
function compress(count: Block, hash: Block, block: Block): Block {
  let key = transform(xor(hash, count));
  let state = xor(block, key);
  for (const constant of iterationConstants) {
    key = transform(xor(key, constant));
    state = xor(transform(state), key);
  }
  return xor(xor(state, hash), block);
}

/** L(P(S(block))) (5.2 to 5.4). */
function transform(block: Block): Block {
  images ??= makeImages();
  const image: Block = new Uint32Array(wordsPerBlock);
  for (let row = 0; row < 8; row += 1) {
    let low = 0;
    let high = 0;
    for (let position = 0; position < 8; position += 1) {
      const byte = ((block[2 * position + (row >> 2)] ?? 0) >>> (8 * (row & 3))) & 255;
      const at = 2 * (256 * position + byte);
      low ^= images[at] ?? 0;
      high ^= images[at + 1] ?? 0;
    }
    image[2 * row] = low;
    image[2 * row + 1] = high;
  }
  return image;
}

function xor(left: Block, right: Block): Block {
  return left.map((word, index) => word ^ (right[index] ?? 0));
}

/** Adds modulo 2^512, in place. */
function add(sum: Block, summand: Block): void {
  let carry = 0;
  for (let index = 0; index < wordsPerBlock; index += 1) {
    const word = (sum[index] ?? 0) + (summand[index] ?? 0) + carry;
    sum[index] = word;
    carry = word > 0xffffffff ? 1 : 0;
  }
}

function numberBlock(value: number): Block {
  return new Uint32Array(wordsPerBlock).fill(value, 0, 1);
}

function readBlock(bytes: Uint8Array): Block {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint32Array.from({ length: wordsPerBlock }, (_, index) => view.getUint32(4 * index, true));
}
