import { createHmac, randomBytes } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What a file has brought so far, on disk: ten million identifiers do not fit in memory. */
export interface Seen {
  /** The line that had one of these before, or undefined; then they are remembered as this line's. */
  add(identifiers: readonly string[], line: number): number | undefined;
  /** What it takes on disk. */
  bytes(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Opens a file in a folder that only its owner may read; `close` removes both. It holds keyed digests, and the key is in
 * memory alone: what is left of a killed run tells nobody's name.
 */
export async function openSeen(): Promise<Seen> {
  // mkdtemp makes it for its owner alone (0700).
  const folder = await mkdtemp(join(tmpdir(), "samekey-import-"));
  const path = join(folder, "seen");
  const database = new DatabaseSync(path);
  database.exec(
    "pragma journal_mode = off; pragma synchronous = off; create table seen (digest blob primary key, line integer) without rowid; begin",
  );
  const find = database.prepare("select line from seen where digest = ?");
  const insert = database.prepare("insert or ignore into seen (digest, line) values (?, ?)");
  const key = randomBytes(32);
  const digestOf = (text: string) => createHmac("sha256", key).update(text).digest().subarray(0, 16);
  return {
    add(identifiers, line) {
      const digests = identifiers.map(digestOf);
      for (const digest of digests) {
        const found = find.get(digest);
        if (found !== undefined) return Number(found.line);
      }
      for (const digest of digests) insert.run(digest, line);
      return undefined;
    },
    async bytes() {
      // What is in memory alone until then.
      database.exec("commit; begin");
      return (await stat(path)).size;
    },
    async close() {
      database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
