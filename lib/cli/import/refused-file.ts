import { type FileHandle, open, rm, stat } from "node:fs/promises";
import { headBytes, headerIn } from "../../import-input/formats.ts";
import { encodeLossless } from "../../protocols/lossless-text.ts";

/** What could not be taken, in the input's own form, to be mended and run again; the reasons beside it. */
export interface RefusedFile {
  /** Both files' paths, once something was written. */
  readonly paths: () => readonly string[];
  write(line: number, reason: string, raw: string): Promise<void>;
  /** How long both files are once all is on disk: where a run that goes on begins. */
  sizes(): Promise<RefusedSizes>;
  close(): Promise<void>;
}

export interface RefusedSizes {
  readonly records: number;
  readonly reasons: number;
}

const owner = 0o600;

/**
 * Writes `users.refused.csv` and `users.refused.txt` beside `users.csv`, each made for its owner alone at the first
 * refusal; those of a run before are removed, or cut to where it is gone on from. A list of JSON objects becomes lines of
 * them, which its reader takes too.
 * @param header The first line of a file whose columns stand there.
 */
export async function openRefusedFile(
  path: string,
  header: string | undefined,
  from: RefusedSizes = { records: 0, reasons: 0 },
): Promise<RefusedFile> {
  const { records, reasons } = refusedPaths(path);
  if (records === path) throw new Error(`${path} cannot be kept apart from what is refused of it`);
  const goesOn = from.reasons > 0;
  const at = goesOn ? { ...from } : { records: 0, reasons: 0 };
  if (!goesOn) await Promise.all([records, reasons].map((one) => rm(one, { force: true })));
  let opened: Promise<readonly [FileHandle, FileHandle]> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  if (goesOn) opened = goOn();

  async function goOn(): Promise<readonly [FileHandle, FileHandle]> {
    const files = await Promise.all([records, reasons].map((one) => open(one, "r+")));
    const [first, second] = files as [FileHandle, FileHandle];
    await Promise.all([first.truncate(from.records), second.truncate(from.reasons)]);
    return [first, second];
  }

  async function begin(): Promise<readonly [FileHandle, FileHandle]> {
    const files = await Promise.all([records, reasons].map((one) => open(one, "wx", owner)));
    const [first, second] = files as [FileHandle, FileHandle];
    if (header !== undefined) await append(first, "records", Buffer.from(`${header}\n`, "utf8"));
    return [first, second];
  }

  async function append(file: FileHandle, which: keyof RefusedSizes, bytes: Uint8Array): Promise<void> {
    await file.write(bytes, 0, bytes.byteLength, at[which]);
    at[which] += bytes.byteLength;
  }

  return {
    paths: () => (opened === undefined ? [] : [records, reasons]),
    write(line, reason, raw) {
      opened ??= begin();
      const files = opened;
      last = last.then(async () => {
        const [first, second] = await files;
        await append(first, "records", encodeLossless(`${raw.replace(/\r?\n$/, "")}\n`));
        await append(second, "reasons", Buffer.from(`line ${line}: ${reason}\n`, "utf8"));
      });
      return last as Promise<void>;
    },
    async sizes() {
      await last;
      await Promise.all(((await opened) ?? []).map((file) => file.datasync()));
      return { ...at };
    },
    async close() {
      await last;
      for (const file of (await opened) ?? []) await file.close();
    },
  };
}

/** Whether what a run before had refused is still there, to be gone on from. */
export async function areThere(path: string, { records, reasons }: RefusedSizes): Promise<boolean> {
  if (reasons === 0) return true;
  const paths = refusedPaths(path);
  const sizes = await Promise.all(
    [paths.records, paths.reasons].map(async (one) => (await stat(one).catch(() => ({ size: -1 }))).size),
  );
  return (sizes[0] ?? -1) >= records && (sizes[1] ?? -1) >= reasons;
}

function refusedPaths(path: string): { readonly records: string; readonly reasons: string } {
  const dot = path.lastIndexOf(".");
  const stem = dot > path.lastIndexOf("/") + 1 ? path.slice(0, dot) : path;
  // What a workbook's row is told as is a line of CSV.
  const ending = path.slice(stem.length);
  return {
    records: `${stem}.refused${ending.toLowerCase() === ".xlsx" ? ".csv" : ending}`,
    reasons: `${stem}.refused.txt`,
  };
}

/** As `headerIn`, of a file on disk. */
export async function headerOf(path: string, formatName: string, bytes: number): Promise<string | undefined> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(Math.min(bytes, headBytes));
    await file.read(head, 0, head.length, 0);
    return headerIn(head, formatName);
  } finally {
    await file.close();
  }
}
