// Writes test/hashes/vectors/<family>.jsonl from the shared vector file: the lines of the family's dialects, each as it
// stands there, its source kept. Lines of a family whose format the shared file does not have stay behind them.
//
//   node scripts/split-vectors.ts path/to/hash-vectors.jsonl

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { argv, exit, stderr, stdout } from "node:process";
import { families } from "../lib/cli/hash/registry.ts";

const folder = new URL("../test/hashes/vectors/", import.meta.url);

const [, , shared] = argv;
if (shared === undefined) {
  stderr.write("split-vectors: no file named; give the path of the shared vector file\n");
  exit(2);
}

const lines = linesOf(shared);
const sharedFormats = new Set(lines.map(formatOf));
const left = new Set(sharedFormats);
mkdirSync(folder, { recursive: true });
for (const { name, dialects } of families) {
  const ids = new Set(dialects.map(({ id }) => id));
  const file = new URL(`${name}.jsonl`, folder);
  const own = (existsSync(file) ? linesOf(file) : []).filter((line) => !sharedFormats.has(formatOf(line)));
  const written = [...lines.filter((line) => ids.has(formatOf(line))), ...own];
  writeFileSync(file, written.map((line) => `${line}\n`).join(""));
  for (const id of ids) left.delete(id);
  stdout.write(`${name}: ${written.length} vectors\n`);
}
if (left.size > 0) {
  stderr.write(`split-vectors: no family has ${[...left].sort().join(", ")}\n`);
  exit(1);
}

function linesOf(file: string | URL): readonly string[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
}

function formatOf(line: string): string {
  return String(JSON.parse(line).format);
}
