// Writes test/hashes/vectors/<family>.jsonl from the shared vector file, each line as it stands there, its source kept.
//
//   node scripts/split-vectors.ts path/to/hash-vectors.jsonl

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { argv, exit, stderr, stdout } from "node:process";
import { vectorFamilies, vectorFile } from "../test/hashes/vectors.ts";

const shared = argv[2];
if (shared === undefined) {
  stderr.write("split-vectors: no file named; give the path of the shared vector file\n");
  exit(2);
}

const lines = readFileSync(shared, "utf8").split("\n");
const formatOf = new Map(lines.filter((line) => line !== "").map((line) => [line, String(JSON.parse(line).format)]));

for (const [family, formats] of Object.entries(vectorFamilies)) {
  const own = [...formatOf].filter(([, format]) => formats.includes(format)).map(([line]) => line);
  const missing = formats.filter((format) => ![...formatOf.values()].includes(format));
  if (missing.length > 0) {
    stderr.write(`split-vectors: ${family}: no vectors of ${missing.join(", ")} in ${shared}\n`);
    exit(1);
  }
  const file = vectorFile(family);
  mkdirSync(new URL(".", file), { recursive: true });
  writeFileSync(
    file,
    own
      .sort()
      .map((line) => `${line}\n`)
      .join(""),
  );
  stdout.write(`${family}: ${own.length} vectors\n`);
}
