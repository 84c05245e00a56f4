// The records of an LDIF file (RFC 2849): folded lines, comments, Base64 values. Only entries are read, no changes to some.

import { TextDecoder } from "node:util";
import { decodeBase64 } from "../core/encodings.ts";
import { MigrationError } from "../core/errors.ts";
import type { ReadRecord, ReadRecords } from "./import-users.ts";
import type { LdapEntry } from "./ldap-entry.ts";
import { cutRaw, maxRecordChars, tooLong } from "./record-text.ts";
import { textBlocks } from "./text-blocks.ts";
import { LineSplitter, type TextLine } from "./text-lines.ts";

/** Each entry of the file; what is none (a deletion, a value that stands in another file) comes with its reason. */
export async function* ldifEntries(name: string, bytes: AsyncIterable<Uint8Array>): ReadRecords<LdapEntry> {
  const lines = new LineSplitter({ blank: "keep" });
  const entries = new EntryGatherer();
  for await (const block of textBlocks(name, bytes)) {
    const records = lines.push(block).flatMap((line) => entries.add(line));
    yield block.last ? [...records, ...entries.end()] : records;
  }
}

/** Puts lines together to entries, which end at an empty line. */
class EntryGatherer {
  #begin = 0;
  #isBegun = false;
  #lines: string[] = [];
  #length = 0;
  #isLong = false;
  #fault: string | undefined;
  #isFirst = true;

  add({ line, raw, reason }: TextLine): readonly ReadRecord<LdapEntry>[] {
    if (raw === "") return this.end();
    // A record begins at its dn, whatever comment or version stands before it.
    if (this.#lines.length === 0) this.#isBegun = false;
    if (!this.#isBegun) this.#begin = line;
    this.#isBegun ||= !/^(?:#| |version:)/i.test(raw);
    this.#fault ??= reason;
    if (!this.#isLong) this.#lines.push(raw);
    this.#length += raw.length + 1;
    this.#isLong ||= this.#length > maxRecordChars || reason === tooLong();
    return [];
  }

  end(): readonly ReadRecord<LdapEntry>[] {
    const [line, lines, isLong, fault] = [this.#begin, this.#lines, this.#isLong, this.#fault];
    this.#lines = [];
    this.#length = 0;
    this.#isLong = false;
    this.#fault = undefined;
    const raw = lines.join("\n");
    if (isLong || fault !== undefined) {
      this.#isFirst = false;
      return [isLong ? { line, raw: cutRaw(raw), reason: tooLong() } : { line, raw, reason: fault ?? "" }];
    }
    const fields = unfolded(lines);
    // The version stands before the first record, with an empty line behind it or none.
    if (this.#isFirst && /^version:/i.test(fields[0] ?? "")) fields.shift();
    if (fields.length === 0) return [];
    this.#isFirst = false;
    return [{ line, raw, ...readEntry(fields) }];
  }
}

/** Lines that begin with a blank go on with the one before, comments too. */
function unfolded(lines: readonly string[]): string[] {
  const whole: string[][] = [];
  for (const line of lines) {
    const before = line.startsWith(" ") ? whole.at(-1) : undefined;
    if (before === undefined) whole.push([line]);
    else before.push(line.slice(1));
  }
  return whole.map((parts) => parts.join("")).filter((line) => !line.startsWith("#"));
}

type Entry = { readonly record: LdapEntry } | { readonly reason: string };

function readEntry(fields: readonly string[]): Entry {
  const values = new Map<string, Uint8Array[]>();
  let dn: string | undefined;
  for (const [index, field] of fields.entries()) {
    const parts = /^([A-Za-z0-9][A-Za-z0-9.-]*)((?:;[A-Za-z0-9-]+)*):([:<]?) *(.*)$/s.exec(field);
    if (parts === null) return { reason: "a line that is no attribute with its value" };
    const [, attribute = "", , kind, written = ""] = parts;
    const key = attribute.toLowerCase();
    if (kind === "<") return { reason: `the value of ${attribute} stands in another file, which is not read` };
    const value = kind === ":" ? decodeBase64(written.trim()) : Buffer.from(written);
    if (value === undefined) return { reason: `the value of ${attribute} is no Base64` };
    if (index === 0) {
      if (key !== "dn") return { reason: "no dn at its beginning" };
      dn = textOf(value);
    } else if (key === "changetype") {
      if (textOf(value)?.trim().toLowerCase() !== "add")
        return { reason: "a change of an entry; only new ones are read" };
    } else if (key !== "control") {
      const all = values.get(key);
      if (all === undefined) values.set(key, [value]);
      else all.push(value);
    }
  }
  if (dn === undefined) return { reason: "a dn that is no text" };
  return { record: entryOf(dn, values) };
}

function entryOf(dn: string, values: ReadonlyMap<string, readonly Uint8Array[]>): LdapEntry {
  const allBytes = (attribute: string): readonly Uint8Array[] => values.get(attribute.toLowerCase()) ?? [];
  const texts = (attribute: string): readonly string[] => {
    return allBytes(attribute).map((value) => {
      const text = textOf(value);
      if (text !== undefined) return text;
      throw new MigrationError("RECORD_UNUSABLE", `the attribute ${attribute} is no UTF-8 text; read its bytes`);
    });
  };
  return {
    dn,
    texts,
    text: (attribute) => texts(attribute)[0],
    bytes: (attribute) => allBytes(attribute)[0],
    allBytes,
  };
}

function textOf(value: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
