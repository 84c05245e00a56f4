// What is measured: each reads one file to its end and says how many rows it had.

import { createReadStream } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import papaparse from "papaparse";
import type { ImportFormat } from "../../lib/core/ports.ts";
import { csv } from "../../lib/imports/csv.ts";
import { json } from "../../lib/imports/json.ts";
import { ndjson } from "../../lib/imports/ndjson.ts";
import { parseCheckedJson } from "../../lib/protocols/checked-json.ts";
import { CsvSplitter } from "../../lib/protocols/csv-rows.ts";
import { textBlocks } from "../../lib/protocols/text-blocks.ts";
import { LineSplitter } from "../../lib/protocols/text-lines.ts";

export type Reader = (file: string) => Promise<number>;

async function users(format: ImportFormat, file: string): Promise<number> {
  let count = 0;
  for await (const { kind } of format.read(createReadStream(file))) if (kind === "user") count += 1;
  return count;
}

export const readers = {
  "csv: users": (file) => users(csv(), file),
  "csv: rows": async (file) => {
    const splitter = new CsvSplitter(",");
    let count = 0;
    for await (const block of textBlocks("csv", createReadStream(file))) {
      for (const row of splitter.push(block)) if (row.kind === "row" && row.fields.length > 1) count += 1;
    }
    // The header is none.
    return count - 1;
  },
  "papaparse: rows": (file) => papa(file, false),
  "papaparse: objects": (file) => papa(file, true),
  "ndjson: users": (file) => users(ndjson(), file),
  "ndjson: objects": async (file) => {
    const splitter = new LineSplitter();
    let count = 0;
    for await (const block of textBlocks("ndjson", createReadStream(file))) {
      for (const { raw } of splitter.push(block)) if (parseCheckedJson(raw).kind === "object") count += 1;
    }
    return count;
  },
  "split and JSON.parse": async (file) => {
    const decoder = new StringDecoder("utf8");
    let count = 0;
    let rest = "";
    for await (const chunk of createReadStream(file)) {
      const lines = (rest + decoder.write(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (typeof JSON.parse(line) === "object") count += 1;
    }
    return count;
  },
  "json: users": (file) => users(json(), file),
} satisfies Readonly<Record<string, Reader>>;

export type ReaderName = keyof typeof readers;

/** With a header its rows are objects, and without it the header is one of them. */
function papa(file: string, header: boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = header ? 0 : -1;
    papaparse.parse<readonly string[] | Readonly<Record<string, string>>>(createReadStream(file), {
      header,
      chunk: ({ data }) => {
        // It takes the file's last line end for an empty row.
        for (const row of data) if (Object.keys(row).length > 1) count += 1;
      },
      complete: () => resolve(count),
      error: reject,
    });
  });
}
