import { type FileHandle, open, rm } from "node:fs/promises";
import { encodeLossless } from "../../protocols/lossless-text.ts";

/** What could not be taken, in the input's own form, to be mended and run again; the reasons beside it. */
export interface RefusedFile {
  /** Both files' paths, once something was written. */
  readonly paths: () => readonly string[];
  write(line: number, reason: string, raw: string): Promise<void>;
  close(): Promise<void>;
}

const owner = 0o600;

/**
 * Writes `users.refused.csv` and `users.refused.txt` beside `users.csv`, each made for its owner alone at the first
 * refusal; those of a run before are removed. A list of JSON objects becomes lines of them, which its reader takes too.
 * @param header The first line of a file whose columns stand there.
 */
export async function openRefusedFile(path: string, header: string | undefined): Promise<RefusedFile> {
  const dot = path.lastIndexOf(".");
  const stem = dot > path.lastIndexOf("/") + 1 ? path.slice(0, dot) : path;
  // What a workbook's row is told as is a line of CSV.
  const ending = path.slice(stem.length);
  const records = `${stem}.refused${ending.toLowerCase() === ".xlsx" ? ".csv" : ending}`;
  const reasons = `${stem}.refused.txt`;
  if (records === path) throw new Error(`${path} cannot be kept apart from what is refused of it`);
  await Promise.all([records, reasons].map((one) => rm(one, { force: true })));
  let opened: Promise<readonly [FileHandle, FileHandle]> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function begin(): Promise<readonly [FileHandle, FileHandle]> {
    const files = await Promise.all([records, reasons].map((one) => open(one, "wx", owner)));
    const [first, second] = files as [FileHandle, FileHandle];
    if (header !== undefined) await first.write(`${header}\n`);
    return [first, second];
  }

  return {
    paths: () => (opened === undefined ? [] : [records, reasons]),
    write(line, reason, raw) {
      opened ??= begin();
      const files = opened;
      last = last.then(async () => {
        const [first, second] = await files;
        await first.write(encodeLossless(`${raw.replace(/\r?\n$/, "")}\n`));
        await second.write(`line ${line}: ${reason}\n`);
      });
      return last as Promise<void>;
    },
    async close() {
      await last;
      for (const file of (await opened) ?? []) await file.close();
    },
  };
}

/** The first line of a CSV file, which names its columns; undefined for files of another kind. */
export async function headerOf(path: string, formatName: string, bytes: number): Promise<string | undefined> {
  // Firebase's CSV names none.
  if (["firebase", "xlsx", "ldif"].includes(formatName)) return undefined;
  const file = await open(path);
  try {
    const head = Buffer.alloc(Math.min(bytes, 64 * 1024));
    await file.read(head, 0, head.length, 0);
    const [line = ""] = head.toString("utf8").split(/\r?\n/, 1);
    return /^\s*[[{]/.test(line) ? undefined : line;
  } finally {
    await file.close();
  }
}
