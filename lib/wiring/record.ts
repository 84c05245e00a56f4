import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MigrationError } from "../core/errors.ts";
import type { FormerState } from "./plan.ts";

/** What `unwire` needs, kept in a file of this clone: what the pool was before, what wiring put there. */
export interface WireRecord extends FormerState {
  readonly version: 1;
  readonly userPoolId: string;
  readonly savedAt: string;
  /** The functions that let the pool call them because of `wire`. */
  readonly granted: readonly string[];
}

export function recordFile(folder: string, userPoolId: string): string {
  return join(folder, `wire-${userPoolId}.json`);
}

/** @throws MigrationError CONFIG_INVALID for a file that is no record. */
export async function readRecord(folder: string, userPoolId: string): Promise<WireRecord | undefined> {
  const file = recordFile(folder, userPoolId);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const record = parseJson(text);
  if (isRecord(record) && record.userPoolId === userPoolId) return record;
  throw new MigrationError("CONFIG_INVALID", `${file} is no record of the wiring of ${userPoolId}`);
}

/** The pools that this clone has wired, by their ids. */
export async function recordedPools(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return files.flatMap((file) => /^wire-([a-z0-9-]+_[0-9a-zA-Z]+)\.json$/.exec(file)?.[1] ?? []).sort();
}

/** Writes whole or not at all. */
export async function saveRecord(folder: string, record: WireRecord): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = recordFile(folder, record.userPoolId);
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
  return file;
}

export async function removeRecord(folder: string, userPoolId: string): Promise<void> {
  await rm(recordFile(folder, userPoolId), { force: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is WireRecord {
  const { version, former, wired, granted } = (value ?? {}) as Partial<WireRecord>;
  return version === 1 && isState(former) && isState(wired) && Array.isArray(granted);
}

function isState(value: FormerState["former"] | undefined): boolean {
  return typeof value?.triggers === "object" && value.triggers !== null && Array.isArray(value.verify);
}
