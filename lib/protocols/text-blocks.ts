import { isAscii, isUtf8 } from "node:buffer";
import { MigrationError } from "../core/errors.ts";
import { decodeLossless } from "./lossless-text.ts";

/** A stretch of a file's text. */
export interface TextBlock {
  readonly text: string;
  /** Whether a record of it may have a NUL or bytes of no character; where it is false, none has. */
  readonly suspect: boolean;
  /** Whether the file ends here. The last block may be empty; there is always one. */
  readonly last: boolean;
}

// Smaller pieces are gathered, since a reader looks again at an unfinished record with each block. Larger ones are cut:
// what is alive of a block when V8 cleans its young objects is moved to the old ones, and stays for long.
const usualBlockBytes = 16 * 1024;

type Encoding = "utf8" | "utf16le" | "utf16be";

/**
 * A file's bytes as text: UTF-8, or UTF-16 with a byte order mark, which is taken off. Bytes that are no character
 * stand as lone surrogates (lossless-text.ts), so that the record they are in can be refused and no other.
 * @throws MigrationError IMPORT_UNREADABLE for UTF-32.
 */
export async function* textBlocks(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  blockBytes: number = usualBlockBytes,
): AsyncGenerator<TextBlock> {
  // Four bytes tell every byte order mark from every other, and have one whole character at least.
  const pieceBytes = Math.max(blockBytes, 4);
  let encoding: Encoding | undefined;
  let kept: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    kept.push(chunk);
    size += chunk.length;
    if (size < pieceBytes) continue;
    let block = joined(kept);
    if (encoding === undefined) {
      const mark = byteOrderMark(name, block);
      encoding = mark.encoding;
      block = block.subarray(mark.length);
    }
    let at = 0;
    while (at < block.length) {
      const piece = block.subarray(at, at + pieceBytes);
      const end = wholeCharacters(piece, encoding);
      // What is left is the beginning of one character.
      if (end === 0) break;
      yield decode(piece.subarray(0, end), encoding, false);
      at += end;
    }
    // A copy: the rest must not hold on to the block, nor change when the source reads into its buffer again.
    kept = at < block.length ? [Buffer.from(block.subarray(at))] : [];
    size = block.length - at;
  }
  const block = joined(kept);
  const mark = encoding === undefined ? byteOrderMark(name, block) : { encoding, length: 0 };
  yield decode(block.subarray(mark.length), mark.encoding, true);
}

/** The text of a file's first bytes, as far as it can be told. Never throws. */
export function headText(head: Uint8Array): string {
  try {
    const block = joined([head]);
    const { encoding, length } = byteOrderMark("", block);
    const rest = block.subarray(length);
    return decode(rest.subarray(0, wholeCharacters(rest, encoding)), encoding, false).text;
  } catch {
    return "";
  }
}

function joined(chunks: readonly Uint8Array[]): Buffer {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return Buffer.from(only.buffer, only.byteOffset, only.length);
  return Buffer.concat(chunks);
}

function byteOrderMark(name: string, head: Uint8Array): { readonly encoding: Encoding; readonly length: number } {
  const [first, second, third, fourth] = head;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: "utf8", length: 3 };
  if (
    (first === 0xff && second === 0xfe && third === 0 && fourth === 0) ||
    (first === 0 && second === 0 && third === 0xfe && fourth === 0xff)
  ) {
    throw new MigrationError("IMPORT_UNREADABLE", `${name}: the file is UTF-32, allowed are UTF-8 and UTF-16`);
  }
  if (first === 0xff && second === 0xfe) return { encoding: "utf16le", length: 2 };
  if (first === 0xfe && second === 0xff) return { encoding: "utf16be", length: 2 };
  return { encoding: "utf8", length: 0 };
}

/** How many bytes there are up to the end of the last whole character. */
function wholeCharacters(block: Uint8Array, encoding: Encoding): number {
  if (encoding !== "utf8") return block.length - (block.length % 2);
  for (let back = 1; back <= Math.min(3, block.length); back += 1) {
    const byte = block[block.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? block.length - back : block.length;
  }
  return block.length;
}

function decode(block: Buffer, encoding: Encoding, last: boolean): TextBlock {
  if (encoding === "utf8") {
    // Of one byte a character: half the memory, and quicker to search.
    if (isAscii(block)) return { text: block.toString("latin1"), suspect: block.includes(0), last };
    if (isUtf8(block)) return { text: block.toString("utf8"), suspect: block.includes(0), last };
    return { text: decodeLossless(block), suspect: true, last };
  }
  const even = block.subarray(0, block.length - (block.length % 2));
  const units = encoding === "utf16le" ? even : Buffer.from(even).swap16();
  // Half a character at the end of the file is none.
  const half = block.length % 2 === 0 ? "" : "\udc00";
  const text = units.toString("utf16le") + half;
  return { text, suspect: !text.isWellFormed() || text.includes("\0"), last };
}
