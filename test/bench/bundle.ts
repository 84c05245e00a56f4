import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundling } from "../../lib/local/bundle.ts";
import { type Bundle, bundleOf } from "../support/bundle-parts.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A file of the project, or the few lines that join some of them; `bench` is this folder's path in an import. */
export type BenchEntry = { readonly file: string } | { readonly lines: (bench: string) => string };

/** The function as it is deployed. */
export const samekeyEntry: BenchEntry = { file: "functions/user-migration.ts" };

/** The hand-written trigger for a source of test/bench/sources. */
export function handWrittenEntry(source: string): BenchEntry {
  return {
    lines: (bench) => `import { source } from "${bench}/sources/${source}/bare.ts";
import { handWritten } from "${bench}/hand-written.ts";
export const handler = handWritten(source);
`,
  };
}

/** The process that measures warm sign-ins: the function and the bare calls of a source, in turns. */
export function warmEntry(source: string): BenchEntry {
  return {
    lines: (bench) => `import { source } from "${bench}/sources/${source}/bare.ts";
import { takeTurns } from "${bench}/warm-process.ts";
await takeTurns(source);
`,
  };
}

export interface BenchBundle extends Bundle {
  readonly file: string;
}

/** Bundles entries as a function is deployed, with the config of one source. */
export async function bundleEntries(
  entries: Readonly<Record<string, BenchEntry>>,
  source: string,
  folder: string,
): Promise<Readonly<Record<string, BenchBundle>>> {
  await writeFile(join(folder, "package.json"), '{"type":"module"}\n');
  const entryPoints: Record<string, string> = {};
  for (const [name, entry] of Object.entries(entries)) {
    if ("file" in entry) {
      entryPoints[name] = entry.file;
      continue;
    }
    entryPoints[name] = join(folder, `${name}.ts`);
    await writeFile(entryPoints[name], entry.lines(join(root, "test/bench")));
  }
  const { metafile } = await build({
    ...bundling,
    absWorkingDir: root,
    entryPoints,
    outdir: folder,
    metafile: true,
    alias: { ...bundling.alias, "#migration": join(root, "test/bench/sources", source, "migration.config.ts") },
  });
  const names = Object.keys(entries);
  const bundles = names.map((name) => ({ ...bundleOf(metafile, `/${name}.js`), file: join(folder, `${name}.js`) }));
  return Object.fromEntries(names.map((name, index) => [name, bundles[index] ?? fail(name)]));
}

function fail(name: string): never {
  throw new Error(`esbuild made no ${name}.js`);
}
