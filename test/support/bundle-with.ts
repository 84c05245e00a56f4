import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { bundling } from "../../lib/local/bundle.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Bundles functions as they ship, with this text as their config. */
export async function bundleWith(
  contents: string,
  outdir: string,
  names: readonly string[],
  plugins: readonly Plugin[] = [],
): Promise<void> {
  await build({
    ...bundling,
    absWorkingDir: root,
    entryPoints: names.map((name) => `functions/${name}.ts`),
    outdir,
    plugins: [
      ...plugins,
      {
        name: "config",
        setup(setup) {
          const asConfig = { path: "migration", namespace: "config", sideEffects: false };
          setup.onResolve({ filter: /^#migration$/ }, () => asConfig);
          setup.onLoad({ filter: /.*/, namespace: "config" }, () => ({ contents, loader: "ts", resolveDir: root }));
        },
      },
    ],
  });
}
