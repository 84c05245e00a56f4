// One JSON array (RFC 8259) of objects, element by element: never the whole file in memory.

import type { ImportFormat, ImportRecord } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import { type ImportMappingSettings, mappingFaults } from "../protocols/import-mapping.ts";
import { JsonElementSplitter } from "../protocols/json-elements.ts";
import { jsonUserReader } from "../protocols/json-users.ts";
import { headText, textBlocks } from "../protocols/text-blocks.ts";

export type JsonSettings = ImportMappingSettings;

export function json(settings: JsonSettings = {}): ImportFormat {
  const { source = "json" } = settings;
  return withSettingFaults(
    {
      name: "json",
      recognizes: (head) => /^[ \t\r\n]*\[[ \t\r\n]*[{\]]/.test(headText(head)),
      read: (bytes) => read(bytes, settings, source),
    },
    mappingFaults(settings),
  );
}

async function* read(
  bytes: AsyncIterable<Uint8Array>,
  settings: JsonSettings,
  source: string,
): AsyncGenerator<ImportRecord> {
  const splitter = new JsonElementSplitter("json");
  const toRecord = jsonUserReader(settings, source);
  for await (const block of textBlocks("json", bytes)) {
    for (const element of splitter.push(block)) yield toRecord(element);
  }
}
