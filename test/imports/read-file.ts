import { readFileSync } from "node:fs";
import type { Verdict } from "../../lib/core/outcome.ts";
import type { HashFormat, ImportFormat, ImportRecord } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";

export function fixture(file: string): Uint8Array {
  return readFileSync(new URL(`fixtures/${file}`, import.meta.url));
}

/** The bytes in pieces of a size that cuts characters, fields and records anywhere. */
export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function readAll(format: ImportFormat, bytes: Uint8Array, size = 7): Promise<readonly ImportRecord[]> {
  const records: ImportRecord[] = [];
  for await (const record of format.read(inPieces(bytes, size))) records.push(record);
  return records;
}

/** A record as it can be compared: the secrets in clear, the raw text left out, attributes with a prototype. */
export function plain(record: ImportRecord): unknown {
  if (record.kind === "refused") return { line: record.line, reason: record.reason };
  const { plaintext, totp, attributes, ...user } = record.user;
  const clear = (name: string, secret: Secret | undefined) =>
    secret === undefined ? {} : { [name]: secret.revealText() };
  return {
    line: record.line,
    ...user,
    attributes: { ...attributes },
    ...clear("plaintext", plaintext),
    ...clear("totp", totp),
  };
}

/** What the formats of a config say of a password, for one user of a file: any of the stored ones may be the right one. */
export async function signIn(
  records: readonly ImportRecord[],
  id: string,
  formats: readonly HashFormat[],
  typed: string,
): Promise<Verdict> {
  const users = records.flatMap((record) => (record.kind === "user" && record.user.id === id ? [record.user] : []));
  const stored = users.flatMap(({ password = [] }) => password);
  if (stored.length === 0) throw new Error(`${id} has no stored password`);
  for (const one of stored) {
    const format = formats.find((candidate) => candidate.recognizes(one));
    if (format === undefined) throw new Error(`no format claims a password of ${id}`);
    const verdict = await format.parse(one).verify(Secret.fromText(typed), new AbortController().signal);
    if (verdict === "match") return verdict;
  }
  return "mismatch";
}
