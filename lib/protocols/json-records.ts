// The records of exports in JSON: objects one a line, or the elements of a list.

import type { AccountFields } from "./account-fields.ts";
import { parseCheckedJson } from "./checked-json.ts";
import type { ReadRecord, ReadRecords } from "./import-users.ts";
import { JsonElementSplitter } from "./json-elements.ts";
import type { OpenedText } from "./opened-text.ts";
import { LineSplitter, type TextLine } from "./text-lines.ts";

/**
 * Objects one a line, or the elements of a list that is the whole document.
 * @throws MigrationError IMPORT_UNREADABLE as JsonElementSplitter.
 */
export async function* jsonRecords({ name, first, blocks }: OpenedText): ReadRecords<AccountFields> {
  const splitter = first === "[" ? new JsonElementSplitter(name) : new LineSplitter();
  for await (const block of blocks) yield readObjects(splitter.push(block));
}

/** The elements of the list at that path of members. @throws MigrationError IMPORT_UNREADABLE as JsonElementSplitter. */
export async function* jsonListRecords(
  { name, blocks }: OpenedText,
  path: readonly string[],
): ReadRecords<AccountFields> {
  const splitter = new JsonElementSplitter(name, { path });
  for await (const block of blocks) yield readObjects(splitter.push(block));
}

function* readObjects(texts: Iterable<TextLine>): Generator<ReadRecord<AccountFields>> {
  for (const { line, raw, reason } of texts) {
    if (reason !== undefined) {
      yield { line, raw, reason };
      continue;
    }
    const parsed = parseCheckedJson(raw, "any");
    if (parsed.kind === "fault") yield { line, raw, reason: parsed.reason };
    else yield { line, raw, record: parsed.value };
  }
}
