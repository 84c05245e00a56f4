import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/** Breaks one line of a file of lib/ as it is bundled, to see whether anybody notices. */
export function broken(file: string, from: string, to: string): Plugin {
  return {
    name: "broken",
    setup(setup) {
      setup.onLoad({ filter: new RegExp(`/lib/${file.replace(".", "\\.")}$`) }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)} any more`);
        return { contents: text.replace(from, to), loader: "ts" };
      });
    },
  };
}
