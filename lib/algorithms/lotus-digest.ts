// The message digest of Lotus Notes and Domino 5 (SECCalcMessageDigest): MD2 (RFC 1319) with another permutation, other
// steps and a padding that adds nothing to a whole block. It was never published; its description is that of
// openwall.com/lists/john-users/2005/11/21/5 and of the crackers that follow it.

/** The permutation that stands for MD2's digits of pi. */
const permutation = Buffer.from(
  [
    "bd56eaf2a2f1ac2ab093d19c1b33fdd03004b6dc7ddf324bf7cb459b31bb215a419fe1d94a4d9edaa0682cc3275f8036",
    "3eeefb951afecea834a913f0a63fd80c7824af2352c16717f56690e7e807b86048e61e53f392a4728c08156e860084fa",
    "f47f8a4219f6dbcd148d5012ba3c064eecb33511a1888e2b9499b77174d3e4bf3ade960ebc0aed77fc376b03798962c6",
    "d7c0d27c6a8b22a35b055d0275d561e3188f5551ad1f0b5e85e5c25763ca3d6cb4c5cc70b291590d4720c84f58e001e2",
    "1638c46f3b0f6546be7e2d7b82f940b51d73f8eb26c787972554b128aa989da5646d7ad4108144ef49d6ae2edd765c2f",
    "a71cc909699a83cf2939b9e94cff43ab",
  ].join(""),
  "hex",
);

const blockBytes = 16;
const stateBytes = 48;
const rounds = 18;

/** The 16-byte digest of the message. */
export function lotusDigest(message: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(message.length / blockBytes));
  const padded = Buffer.alloc(blocks * blockBytes, blocks * blockBytes - message.length);
  padded.set(message);
  let state = new Uint8Array(blockBytes);
  const checksum = new Uint8Array(blockBytes);
  for (let start = 0; start < padded.length; start += blockBytes) {
    const block = padded.subarray(start, start + blockBytes);
    state = mix(state, block);
    addToChecksum(checksum, block);
  }
  return mix(state, checksum);
}

function mix(state: Uint8Array, block: Uint8Array): Uint8Array<ArrayBuffer> {
  const work = Uint8Array.from([...state, ...block, ...state.map((byte, index) => byte ^ (block[index] ?? 0))]);
  let last = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (let at = 0; at < stateBytes; at += 1) {
      last = (work[at] ?? 0) ^ (permutation[(last + stateBytes - at) & 0xff] ?? 0);
      work[at] = last;
    }
  }
  return work.slice(0, blockBytes);
}

function addToChecksum(checksum: Uint8Array, block: Uint8Array): void {
  let last = checksum[blockBytes - 1] ?? 0;
  for (let at = 0; at < blockBytes; at += 1) {
    last = (checksum[at] ?? 0) ^ (permutation[last ^ (block[at] ?? 0)] ?? 0);
    checksum[at] = last;
  }
}
