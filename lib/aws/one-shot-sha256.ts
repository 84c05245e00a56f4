import { hash } from "node:crypto";

const blockBytes = 64;

/**
 * SHA-256, and HMAC with it (RFC 2104) where there is a secret, in the form in which AWS's clients take one (`sha256`).
 * Each digest is one call: a signature is six small ones, and setting up a stream for each costs more than they do.
 */
export class OneShotSha256 {
  readonly #secret: Buffer | undefined;
  #parts: Uint8Array[] = [];

  constructor(secret?: Source) {
    this.#secret = secret === undefined ? undefined : keyOf(bytesOf(secret));
  }

  update(data: Source): void {
    this.#parts.push(bytesOf(data));
  }

  reset(): void {
    this.#parts = [];
  }

  async digest(): Promise<Uint8Array> {
    if (this.#secret === undefined) return sha256(this.#parts);
    const inner = sha256([padded(this.#secret, 0x36), ...this.#parts]);
    return sha256([padded(this.#secret, 0x5c), inner]);
  }
}

type Source = string | ArrayBuffer | ArrayBufferView;

function bytesOf(data: Source): Uint8Array {
  if (typeof data === "string") return Buffer.from(data, "utf8");
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

function sha256(parts: readonly Uint8Array[]): Buffer {
  const [only] = parts;
  return hash("sha256", parts.length === 1 && only !== undefined ? only : Buffer.concat(parts), "buffer");
}

function keyOf(secret: Uint8Array): Buffer {
  const key = Buffer.alloc(blockBytes);
  key.set(secret.byteLength > blockBytes ? hash("sha256", secret, "buffer") : secret);
  return key;
}

function padded(key: Buffer, pad: number): Buffer {
  return key.map((byte) => byte ^ pad) as Buffer;
}
