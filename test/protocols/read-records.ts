import type { ReadRecord, ReadRecords } from "../../lib/protocols/import-users.ts";

export async function* bytesOf(text: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 5) yield bytes.subarray(at, at + 5);
}

/** Large texts in large pieces. */
export async function* whole(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

export async function gathered<Entry>(records: ReadRecords<Entry>): Promise<readonly ReadRecord<Entry>[]> {
  const list: ReadRecord<Entry>[] = [];
  for await (const some of records) list.push(...some);
  return list;
}
