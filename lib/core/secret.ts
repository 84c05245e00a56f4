import { MigrationError } from "./errors.ts";

// `inspect.custom` of node:util, which is loaded in whole for it where it is imported.
const inspect = Symbol.for("nodejs.util.inspect.custom");

/** The most bytes that a password may have. Cognito allows 256 characters; four bytes each make 1,024. */
export const maxPasswordBytes = 1024;

/**
 * A password or another secret as bytes, printed as `[secret]` everywhere.
 * Search for `reveal()` to see each place where the bytes come out.
 */
export class Secret {
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * The UTF-8 bytes of a text.
   * @throws MigrationError PASSWORD_UNUSABLE for a lone surrogate: it has no UTF-8 form, and an encoder
   * that replaces it would let two different passwords match.
   */
  static fromText(text: string): Secret {
    if (!text.isWellFormed()) {
      throw new MigrationError("PASSWORD_UNUSABLE", "the text has a lone surrogate, which has no UTF-8 form");
    }
    return new Secret(new TextEncoder().encode(text));
  }

  static fromBytes(bytes: Uint8Array): Secret {
    return new Secret(Uint8Array.from(bytes));
  }

  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** The bytes themselves: for hashing and for sending, nowhere else. */
  reveal(): Uint8Array {
    return this.#bytes;
  }

  /** The bytes as text, for a protocol that takes text; a leading U+FEFF is part of it. */
  revealText(): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.#bytes);
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [inspect](): string {
    return "[secret]";
  }
}
