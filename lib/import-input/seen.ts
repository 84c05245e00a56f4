import { hash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What a file has brought so far, on disk: ten million identifiers do not fit in memory. */
export interface Seen {
  /** The line that had one of these before, or undefined; then they are remembered as this line's. */
  add(identifiers: readonly string[], line: number): number | undefined;
  /** What it takes on disk. */
  bytes(): Promise<number>;
  /** All of it, its key included, for `openSeen` to go on with elsewhere. */
  save(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

const keyBytes = 32;

/**
 * Opens a file in a folder that only its owner may read; `close` removes both. It holds keyed digests, and the key is in
 * memory alone: what is left of a killed run tells nobody's name.
 * @param saved What `save` gave.
 */
export async function openSeen(saved?: AsyncIterable<Uint8Array>): Promise<Seen> {
  // mkdtemp makes it for its owner alone (0700).
  const folder = await mkdtemp(join(tmpdir(), "samekey-import-"));
  const path = join(folder, "seen");
  const key = saved === undefined ? randomBytes(keyBytes) : await restore(path, saved);
  const database = new DatabaseSync(path);
  database.exec(
    "pragma journal_mode = off; pragma synchronous = off; create table if not exists seen (digest blob primary key, line integer) without rowid; begin",
  );
  const find = database.prepare("select line from seen where digest = ?");
  const insert = database.prepare("insert or ignore into seen (digest, line) values (?, ?)");
  const remove = database.prepare("delete from seen where digest = ?");
  // A key before the text is a MAC as long as half of the digest is kept: nobody can go on from there.
  const digestOf = (text: string) => hash("sha256", Buffer.concat([key, Buffer.from(text)]), "buffer").subarray(0, 16);
  return {
    add(identifiers, line) {
      const digests = identifiers.map(digestOf);
      const added: Uint8Array[] = [];
      for (const digest of digests) {
        if (insert.run(digest, line).changes === 1) {
          added.push(digest);
          continue;
        }
        // Who is refused keeps nobody else from a name.
        for (const one of added) remove.run(one);
        return Number(find.get(digest)?.line);
      }
      return undefined;
    },
    async bytes() {
      // What is in memory alone until then.
      database.exec("commit; begin");
      return (await stat(path)).size;
    },
    async *save() {
      database.exec("commit; begin");
      yield key;
      for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) yield chunk as Uint8Array;
    },
    async close() {
      database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Writes the database to disk, and answers the key. */
async function restore(path: string, saved: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const file = await open(path, "wx", 0o600);
  try {
    let head = Buffer.alloc(0);
    for await (const chunk of saved) {
      const missing = keyBytes - head.byteLength;
      if (missing > 0) head = Buffer.concat([head, chunk.subarray(0, missing)]);
      if (chunk.byteLength > missing) await file.writeFile(chunk.subarray(Math.max(0, missing)));
    }
    return head;
  } finally {
    await file.close();
  }
}
