import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { type RetrySettings, wait, withRetry } from "./retry.ts";
import type { Send } from "./signed-request.ts";
import type { Import, ImportOptions } from "./types.ts";
import { type UploadTarget, uploadFile } from "./upload.ts";

export interface CreateImportSettings {
  /** The name that the import goes by; the file's own without it. */
  readonly name?: string;
  /** The reader's name; without it the first bytes tell. */
  readonly format?: string;
  readonly source?: string;
  readonly options?: ImportOptions;
  /** Bytes of the file that are sent. */
  readonly onProgress?: (sent: number, bytes: number) => void;
  readonly signal?: AbortSignal;
}

/** Begins an import and uploads its file; the import starts by itself when the file is there. @returns its id */
export async function createImport(
  send: Send,
  retry: RetrySettings,
  path: string,
  { name = basename(path), format, source, options, onProgress, signal }: CreateImportSettings,
): Promise<string> {
  const { size: bytes } = await stat(path);
  const body = JSON.stringify({ name, bytes, format, source, options });
  // Without its file an import is an item in the ledger and nothing more: a second one, after a lost answer, harms nobody.
  const made = (await withRetry(() => send({ method: "POST", path: "/imports", body }, signal), retry, signal)) as {
    readonly id: string;
    readonly upload: UploadTarget;
  };
  const onSent = (sent: number) => onProgress?.(sent, bytes);
  await withRetry(() => uploadFile(path, bytes, made.upload, onSent, signal), retry, signal);
  return made.id;
}

export async function readImport(
  send: Send,
  retry: RetrySettings,
  id: string,
  signal: AbortSignal | undefined,
): Promise<Import> {
  const path = `/imports/${encodeURIComponent(id)}`;
  return (await withRetry(() => send({ method: "GET", path }, signal), retry, signal)) as Import;
}

export interface WaitSettings {
  /** After each look. */
  readonly onProgress?: (now: Import) => void;
  /** Milliseconds between two looks, at most; 10,000 without it. */
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
}

const firstLookMs = 500;

/** Looks until the import is over, ever more seldom. */
export async function waitForImport(
  send: Send,
  retry: RetrySettings,
  id: string,
  { onProgress, intervalMs = 10_000, signal }: WaitSettings,
): Promise<Import> {
  for (let pauseMs = firstLookMs; ; pauseMs *= 1.5) {
    const now = await readImport(send, retry, id, signal);
    onProgress?.(now);
    if (now.state === "finished" || now.state === "failed") return now;
    await wait(Math.min(intervalMs, pauseMs), signal);
  }
}
