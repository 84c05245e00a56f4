import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";

type Data = string | ArrayBuffer | ArrayBufferView;

/** SHA-256, and HMAC with a secret, by Node's own cryptography, in the form that the signer wants. */
export class Sha256 {
  readonly #secret: Data | undefined;
  #state: Hash | Hmac;

  constructor(secret?: Data) {
    this.#secret = secret;
    this.#state = open(secret);
  }

  update(data: Data): void {
    this.#state.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#state.digest();
  }

  reset(): void {
    this.#state = open(this.#secret);
  }
}

function open(secret: Data | undefined): Hash | Hmac {
  return secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
}

function bytesOf(data: Data): Uint8Array {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
