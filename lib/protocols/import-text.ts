// The text of a file of exported users, as it is read: no reader holds more of it than one record.

import { TextDecoder } from "node:util";
import { MigrationError } from "../core/errors.ts";

/** Characters of one record, of the 16 MB that some stores allow for a profile: what is larger is refused as a record. */
export const maxRecordLength = 1024 * 1024;
/** Objects and lists in one another, within one record. */
export const maxRecordDepth = 64;

export interface TextLine {
  /** From 1. */
  readonly line: number;
  /** Without its end. Cut where it is longer than a record may be. */
  readonly text: string;
  readonly isCut: boolean;
}

/**
 * The file's text, piece by piece: UTF-8, or UTF-16 where the file begins with its mark, as Windows programs write it.
 * @throws MigrationError IMPORT_UNREADABLE for any other encoding.
 */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let start: Uint8Array = new Uint8Array();
  for await (const chunk of bytes) {
    if (decoder === undefined) {
      start = Buffer.concat([start, chunk]);
      if (start.length < 2) continue;
      decoder = decoderOf(start);
      yield decode(decoder, start);
    } else yield decode(decoder, chunk);
  }
  yield decoder === undefined ? decode(decoderOf(start), start, true) : decode(decoder, undefined, true);
}

/** The mark at the file's start is left out by the decoder. */
function decoderOf(start: Uint8Array): TextDecoder {
  const mark =
    start[0] === 0xff && start[1] === 0xfe ? "utf-16le" : start[0] === 0xfe && start[1] === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(mark, { fatal: true });
}

function decode(decoder: TextDecoder, chunk: Uint8Array | undefined, isLast = false): string {
  try {
    return decoder.decode(chunk, { stream: !isLast });
  } catch (cause) {
    // No cause: the decoder's own error is of no use to anybody, and this one is no fault of the program.
    if (cause instanceof TypeError) throw unreadable("the text is neither UTF-8 nor UTF-16 with its mark");
    throw cause;
  }
}

/** The lines of a file, which end in LF or CR LF. @throws MigrationError IMPORT_UNREADABLE as decodeText. */
export async function* textLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TextLine> {
  let line = 1;
  let text = "";
  let isCut = false;
  const append = (more: string): void => {
    const room = maxRecordLength - text.length;
    isCut ||= more.length > room;
    text += more.length > room ? more.slice(0, room) : more;
  };
  for await (const chunk of decodeText(bytes)) {
    let from = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", from)) {
      append(chunk.slice(from, end));
      yield { line, text: text.endsWith("\r") && !isCut ? text.slice(0, -1) : text, isCut };
      line += 1;
      text = "";
      isCut = false;
      from = end + 1;
    }
    append(chunk.slice(from));
  }
  if (text !== "") yield { line, text, isCut };
}

const maxBlank = 64 * 1024;

/**
 * The first character that is no blank, and the whole file again; "" where there is none in its first 64 KiB.
 */
export async function firstCharacter(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ readonly first: string; readonly bytes: AsyncIterable<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let length = 0;
  let first = "";
  while (first === "" && length < maxBlank) {
    const next = await iterator.next();
    if (next.done === true) break;
    read.push(next.value);
    length += next.value.length;
    const byte = next.value.find((one) => !blanks.has(one));
    first = byte === undefined ? "" : String.fromCharCode(byte);
  }
  return { first, bytes: again(read, iterator) };
}

/** White space, and the bytes of byte order marks and of the upper half of UTF-16's ASCII. */
const blanks: ReadonlySet<number> = new Set([0x00, 0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf, 0xfe, 0xff]);

async function* again(read: readonly Uint8Array[], iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* read;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

export function unreadable(what: string, line?: number): MigrationError {
  return new MigrationError("IMPORT_UNREADABLE", line === undefined ? what : `line ${line}: ${what}`);
}
