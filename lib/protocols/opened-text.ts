import { type TextBlock, textBlocks } from "./text-blocks.ts";

/** A file's text with its first character looked at: many exports come as JSON or CSV, as a list or as lines. */
export interface OpenedText {
  /** Of the reader, for the messages of what cannot be read. */
  readonly name: string;
  /** The first character that is no white space; "" where there is none in the first 64 Ki characters. */
  readonly first: string;
  /** The whole text. */
  readonly blocks: AsyncIterable<TextBlock>;
}

const maxBlankChars = 64 * 1024;

/**
 * What `read` makes of the file, which is opened when the first of it is asked for.
 * @throws MigrationError IMPORT_UNREADABLE as textBlocks.
 */
export async function* readText<Records>(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  read: (file: OpenedText) => AsyncIterable<Records>,
): AsyncGenerator<Records> {
  yield* read(await openText(name, bytes));
}

async function openText(name: string, bytes: AsyncIterable<Uint8Array>): Promise<OpenedText> {
  const iterator = textBlocks(name, bytes)[Symbol.asyncIterator]();
  const read: TextBlock[] = [];
  let first = "";
  for (let chars = 0; first === "" && chars < maxBlankChars; ) {
    const next = await iterator.next();
    if (next.done === true) break;
    read.push(next.value);
    chars += next.value.text.length;
    first = next.value.text.trimStart().slice(0, 1);
  }
  return { name, first, blocks: again(read, iterator) };
}

async function* again(read: readonly TextBlock[], iterator: AsyncIterator<TextBlock>): AsyncGenerator<TextBlock> {
  try {
    yield* read;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}
