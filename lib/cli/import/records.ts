import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Migration } from "../../config/define-migration.ts";
import { MigrationError } from "../../core/errors.ts";
import type { ImportRecord } from "../../core/ports.ts";
import { usersOfSource } from "../../protocols/users-of-source.ts";
import { openImportFile } from "./import-file.ts";
import { headerOf } from "./refused-file.ts";

/** What is imported: a file's records, or a source's users. */
export interface ImportInput {
  /** In words. */
  readonly about: string;
  /** The file that refused records are written beside; undefined where there are no records to give back. */
  readonly path: string | undefined;
  readonly header: string | undefined;
  /** What the same input has the same of, and a changed one not; undefined for what is never the same. */
  digest(): Promise<string | undefined>;
  /** The records, and how much of them is read: 0 to 1, or undefined where nobody knows. */
  open(signal: AbortSignal): { readonly records: AsyncIterable<ImportRecord>; share(): number | undefined };
}

export async function openFile(
  path: string,
  format: string | undefined,
  mapping: string | undefined,
): Promise<ImportInput> {
  const file = await openImportFile(path, format, mapping);
  return {
    about: `${path}: ${file.format.name}, ${file.bytes.toLocaleString("en-US")} bytes`,
    path,
    header: await headerOf(path, file.format.name, file.bytes),
    async digest() {
      const hash = createHash("sha256").update(`${file.format.name}\n${mapping ?? ""}\n`);
      for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }))
        hash.update(chunk as Uint8Array);
      return hash.digest("hex");
    },
    open() {
      let read = 0;
      const bytes = file.read((count) => {
        read = count;
      });
      return { records: file.format.read(bytes), share: () => (file.bytes === 0 ? 1 : read / file.bytes) };
    },
  };
}

/** @throws MigrationError CONFIG_INVALID for a source that is none, or cannot list. */
export async function openSource({ sources }: Migration, name: string): Promise<ImportInput> {
  const source = sources.find((one) => one.name === name);
  if (source?.list === undefined) {
    throw new MigrationError("CONFIG_INVALID", `${name}: there is no such source, or it cannot list its users`);
  }
  return {
    about: `the users of ${name}`,
    path: undefined,
    header: undefined,
    digest: async () => undefined,
    open: (signal) => ({ records: usersOfSource(source, signal), share: () => undefined }),
  };
}
