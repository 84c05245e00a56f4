// Where an import's objects are in the bucket. docs/imports.md, "Past one machine", says how long each of them lives.

const id = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const upload = new RegExp(`^uploads/(${id})$`);
const batch = new RegExp(`^work/(${id})/batch-([0-9]{6})\\.json$`);

/** The number of a batch, or of an object of refused records; 0 for any other key. */
export function numberIn(key: string): number {
  return Number(/-([0-9]{6})\.json$/.exec(key)?.[1] ?? 0);
}

/** Six digits: half a billion users. */
export const mostBatches = 999_999;

/** The import that a file was uploaded for; undefined for any other key. */
export function importOfUpload(key: unknown): string | undefined {
  return typeof key === "string" ? upload.exec(key)?.[1] : undefined;
}

/** The import and the number of a batch's object; undefined for any other key. */
export function parseBatchKey(key: unknown): { readonly id: string; readonly number: number } | undefined {
  const [, found, number] = (typeof key === "string" ? batch.exec(key) : undefined) ?? [];
  return found === undefined ? undefined : { id: found, number: Number(number) };
}

export function uploadKey(id: string): string {
  return `uploads/${id}`;
}

/** All that is there for the time of the import alone. */
export function workPrefix(id: string): string {
  return `work/${id}/`;
}

export function resultsPrefix(id: string): string {
  return `results/${id}/`;
}

/** What the state machine lists: nothing but batches. */
export function batchPrefix(id: string): string {
  return `${workPrefix(id)}batch-`;
}

export function batchKey(id: string, number: number): string {
  return `${batchPrefix(id)}${sixDigits(number)}.json`;
}

/** Records that the reader refused, or that stood in the file before. */
export function refusedPrefix(id: string): string {
  return `${workPrefix(id)}refused-`;
}

export function refusedKey(id: string, number: number): string {
  return `${refusedPrefix(id)}${sixDigits(number)}.json`;
}

/** What the first so many records have brought, for the search for duplicates to go on with. */
export function seenKey(id: string, records: number): string {
  return `${workPrefix(id)}seen-${records}`;
}

/** What the end needs to know of the file. */
export function fileKey(id: string): string {
  return `${workPrefix(id)}file.json`;
}

export function resultKey(id: string, number: number): string {
  return `${resultsPrefix(id)}batch-${sixDigits(number)}.json`;
}

/** What could not be taken, in the input's own form; and why. */
export function recordsKey(id: string): string {
  return `refused/${id}/records`;
}

export function reasonsKey(id: string): string {
  return `refused/${id}/reasons.txt`;
}

function sixDigits(number: number): string {
  return String(number).padStart(6, "0");
}
