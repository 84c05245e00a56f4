// Newline-delimited JSON (https://github.com/ndjson/ndjson-spec, also JSON Lines): one object a line.

import type { ImportFormat, ImportRecord } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import { parseCheckedJson } from "../protocols/checked-json.ts";
import { type ImportMappingSettings, mappingFaults } from "../protocols/import-mapping.ts";
import { jsonUserReader } from "../protocols/json-users.ts";
import { headText, textBlocks } from "../protocols/text-blocks.ts";
import { LineSplitter } from "../protocols/text-lines.ts";

export type NdjsonSettings = ImportMappingSettings;

export function ndjson(settings: NdjsonSettings = {}): ImportFormat {
  const { source = "ndjson" } = settings;
  return withSettingFaults(
    {
      name: "ndjson",
      recognizes: (head, fileName) => isNdjson(headText(head), fileName),
      read: (bytes) => read(bytes, settings, source),
    },
    mappingFaults(settings),
  );
}

async function* read(
  bytes: AsyncIterable<Uint8Array>,
  settings: NdjsonSettings,
  source: string,
): AsyncGenerator<ImportRecord> {
  const splitter = new LineSplitter();
  const toRecord = jsonUserReader(settings, source);
  for await (const block of textBlocks("ndjson", bytes)) {
    for (const line of splitter.push(block)) yield toRecord(line);
  }
}

/** A whole object in the first line, and another one below it or a name that says so: one object alone is any JSON. */
function isNdjson(text: string, fileName: string): boolean {
  const [first, second] = new LineSplitter().push({ text, suspect: true, last: true });
  if (first === undefined || first.reason !== undefined || parseCheckedJson(first.raw).kind !== "object") return false;
  return second?.raw.trimStart().startsWith("{") || /\.(?:ndjson|jsonl|jsonlines)$/i.test(fileName);
}
