// Reads a ZIP file's members (APPNOTE.TXT 6.3.10) by its central directory, which stands at the end: a file that is cut off
// has none. Members are inflated as they are read, and held to their size and CRC-32. Own code, since fflate's stream
// goes by the local headers: it knows no CRC, and ends without a word where the file does.

import { crc32, createInflateRaw } from "node:zlib";
import { MigrationError } from "../core/errors.ts";

export interface ZipMember {
  readonly name: string;
  /** Its bytes. @throws MigrationError IMPORT_UNREADABLE where they are damaged, or more than `maxBytes`. */
  read(maxBytes: number): AsyncGenerator<Uint8Array>;
}

const localHeader = 0x04034b50;
const centralHeader = 0x02014b50;
const endOfDirectory = 0x06054b50;
const endBytes = 22;
const maxCommentBytes = 0xffff;
// A workbook has some twenty; a directory of millions would be memory for nothing.
const maxMembers = 10_000;
const zip64 = 0xffffffff;

/** @throws MigrationError IMPORT_UNREADABLE for what is no ZIP file, or not whole. */
export function openZip(name: string, file: Buffer): ReadonlyMap<string, ZipMember> {
  const damaged = (what: string) => new MigrationError("IMPORT_UNREADABLE", `${name}: ${what}`);
  const end = endAt(file);
  if (end === undefined) throw damaged("no ZIP file, or its end is missing");
  const count = file.readUInt16LE(end + 10);
  if (count > maxMembers) throw damaged(`${count} members, allowed are ${maxMembers}`);
  const members = new Map<string, ZipMember>();
  let at = file.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > end || file.readUInt32LE(at) !== centralHeader) throw damaged("the ZIP file's directory is damaged");
    const nameEnd = at + 46 + file.readUInt16LE(at + 28);
    const member = memberAt(name, file, at, file.toString("utf8", at + 46, nameEnd));
    if (members.has(member.name)) throw damaged("two members of the ZIP file have one name");
    members.set(member.name, member);
    at = nameEnd + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return members;
}

function endAt(file: Buffer): number | undefined {
  const first = Math.max(0, file.length - endBytes - maxCommentBytes);
  for (let at = file.length - endBytes; at >= first; at -= 1) {
    if (file.readUInt32LE(at) === endOfDirectory && at + endBytes + file.readUInt16LE(at + 20) === file.length)
      return at;
  }
  return undefined;
}

/** @param at Where its entry in the central directory stands. */
function memberAt(subject: string, file: Buffer, at: number, name: string): ZipMember {
  const encrypted = (file.readUInt16LE(at + 8) & 1) === 1;
  const method = file.readUInt16LE(at + 10);
  const crc = file.readUInt32LE(at + 16);
  const packedBytes = file.readUInt32LE(at + 20);
  const bytes = file.readUInt32LE(at + 24);
  const header = file.readUInt32LE(at + 42);
  const damaged = (what: string, cause?: unknown) =>
    new MigrationError("IMPORT_UNREADABLE", `${subject}: ${JSON.stringify(name)} in the ZIP file ${what}`, { cause });

  async function* read(maxBytes: number): AsyncGenerator<Uint8Array> {
    if (encrypted) throw damaged("is encrypted; save it without a password");
    if (method !== 0 && method !== 8) throw damaged(`has the compression method ${method}, allowed are 0 and 8`);
    if (bytes === zip64 || packedBytes === zip64) throw damaged("is in the format ZIP64, which is not read");
    if (bytes > maxBytes) throw damaged(`has ${bytes} bytes, allowed are ${maxBytes}`);
    if (header + 30 > file.length || file.readUInt32LE(header) !== localHeader)
      throw damaged("is not where it should be");
    const start = header + 30 + file.readUInt16LE(header + 26) + file.readUInt16LE(header + 28);
    if (start + packedBytes > file.length) throw damaged("goes beyond the file's end");
    const packed = file.subarray(start, start + packedBytes);
    let found = 0;
    let sum = 0;
    for await (const chunk of method === 0 ? [packed] : inflated(packed, damaged)) {
      found += chunk.length;
      // What the directory says is not to be believed: a bomb says little and is much.
      if (found > bytes) throw damaged("has more bytes than the directory says");
      sum = crc32(chunk, sum);
      yield chunk;
    }
    if (found !== bytes || sum !== crc) throw damaged("is damaged: its checksum is another one");
  }
  return { name, read };
}

async function* inflated(packed: Buffer, damaged: (what: string, cause: unknown) => MigrationError) {
  const stream = createInflateRaw({ chunkSize: 64 * 1024 });
  stream.end(packed);
  try {
    for await (const chunk of stream) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (cause) {
    throw cause instanceof MigrationError ? cause : damaged("is damaged", cause);
  }
}
