// The records of an LDIF file (RFC 2849): folded lines, comments, Base64 values. Only entries are read, no changes to some.

import { TextDecoder } from "node:util";
import { decodeBase64 } from "../core/encodings.ts";
import { MigrationError } from "../core/errors.ts";
import { maxRecordLength, textLines } from "./import-text.ts";
import type { ReadRecord } from "./import-users.ts";
import type { LdapEntry } from "./ldap-entry.ts";

/**
 * Each entry of the file; what is none (a deletion, a value that stands in another file) comes with its reason.
 * @throws MigrationError IMPORT_UNREADABLE for an unknown encoding.
 */
export async function* ldifEntries(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ReadRecord<LdapEntry>> {
  let begin = 0;
  let isBegun = false;
  let lines: string[] = [];
  let length = 0;
  let isCut = false;
  let isFirst = true;
  const take = (): ReadRecord<LdapEntry> | undefined => {
    const raw = lines.join("\n");
    const fields = isCut ? [] : unfolded(lines);
    // The version stands before the first record, with an empty line behind it or none.
    if (isFirst && /^version:/i.test(fields[0] ?? "")) fields.shift();
    const isNone = !isCut && fields.length === 0;
    isFirst &&= isNone;
    const read = isCut ? { reason: `longer than ${maxRecordLength} characters` } : readEntry(fields);
    const record = { line: begin, raw, ...read };
    lines = [];
    length = 0;
    isCut = false;
    return isNone ? undefined : record;
  };
  for await (const { line, text, isCut: isLineCut } of textLines(bytes)) {
    if (text === "") {
      const record = take();
      if (record !== undefined) yield record;
      continue;
    }
    // A record begins at its dn, whatever comment or version stands before it.
    if (lines.length === 0) isBegun = false;
    if (!isBegun) begin = line;
    isBegun ||= !/^(?:#| |version:)/i.test(text);
    length += text.length + 1;
    if (length > maxRecordLength || isLineCut) isCut = true;
    if (!isCut || lines.length === 0) lines.push(text);
  }
  const last = take();
  if (last !== undefined) yield last;
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
