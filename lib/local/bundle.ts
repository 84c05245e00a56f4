import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";

/** Which migration.config.ts the functions carry. */
export type ConfigChoice = "demo" | "mine";

export interface Bundles {
  /** Function name (kebab-case) to the bundle's file. */
  readonly files: Readonly<Record<string, string>>;
  readonly metafile: Metafile;
}

/** The five triggers of a Cognito user pool, by file name. */
export const triggerFunctions = [
  "user-migration",
  "pre-authentication",
  "post-authentication",
  "post-confirmation",
  "pre-sign-up",
] as const;
export type TriggerFunction = (typeof triggerFunctions)[number];

/**
 * Bundles functions as they are deployed: ES modules for Lambda's Node line, minified, the SDK and the drivers inside.
 * @throws esbuild's error, which names file and line, for a config that cannot be bundled.
 */
export async function bundleFunctions(root: string, outdir: string, config: ConfigChoice): Promise<Bundles> {
  await mkdir(outdir, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: triggerFunctions.map((name) => `functions/${name}.ts`),
    outdir,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    conditions: config === "demo" ? ["samekey-demo"] : [],
    external: ["pg-native"],
    // CommonJS drivers call require, which an ES module does not have.
    banner: { js: 'import{createRequire as __r}from"node:module";const require=__r(import.meta.url);' },
    metafile: true,
    logLevel: "silent",
  });
  await writeFile(join(outdir, "package.json"), '{"type":"module"}\n');
  return {
    files: Object.fromEntries(triggerFunctions.map((name) => [name, join(outdir, `${name}.js`)])),
    metafile,
  };
}
