import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { MigrationError } from "../../core/errors.ts";
import type { ImportFormat } from "../../core/ports.ts";
import { chooseFormat, headBytes } from "../../import-input/formats.ts";

export interface ImportFile {
  readonly format: ImportFormat;
  readonly bytes: number;
  /** The file from its beginning. `onBytes` tells how much of it has been read. */
  read(onBytes: (count: number) => void): AsyncIterable<Uint8Array>;
}

/**
 * Opens a file of exported users.
 * @param named The reader's name; without it the first bytes tell.
 * @param mapping A module whose default export is the reader: for columns of the adopter's own.
 * @throws MigrationError IMPORT_UNREADABLE where no reader claims it, CONFIG_INVALID for a module that has none.
 */
export async function openImportFile(
  path: string,
  named: string | undefined,
  mapping: string | undefined,
): Promise<ImportFile> {
  const handle = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw new MigrationError("IMPORT_UNREADABLE", `${path}: the file cannot be opened (${cause.code})`, { cause });
  });
  try {
    const { size } = await handle.stat();
    const head = Buffer.alloc(Math.min(size, headBytes));
    await handle.read(head, 0, head.length, 0);
    const format = mapping === undefined ? chooseFormat(head, basename(path), named) : await loadFormat(mapping);
    return { format, bytes: size, read: (onBytes) => counted(path, onBytes) };
  } finally {
    await handle.close();
  }
}

async function loadFormat(path: string): Promise<ImportFormat> {
  const module: { readonly default?: Partial<ImportFormat> } = await import(pathToFileURL(resolve(path)).href);
  const format = module.default;
  if (typeof format?.read === "function" && typeof format.name === "string") return format as ImportFormat;
  throw new MigrationError(
    "CONFIG_INVALID",
    `${path}: its default export is no reader, e.g. csv({ user: (row) => … })`,
  );
}

async function* counted(path: string, onBytes: (count: number) => void): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    const bytes = chunk as Uint8Array;
    read += bytes.byteLength;
    onBytes(read);
    yield bytes;
  }
}
