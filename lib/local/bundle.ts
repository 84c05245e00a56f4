import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";
import deployed from "../../deploy/bundling.json" with { type: "json" };

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

/** Those behind the import API. `npm start` does without them. */
export const importFunctions = ["create-import", "read-import", "import-users"] as const;

/** All functions of a pool: beside the triggers the one that the ledger's stream calls. */
export const allFunctions = [...triggerFunctions, "ledger-stream"] as const;

/**
 * How every function is bundled, here and by serverless.yml. What is external is what nobody installs (pg's native driver)
 * or asks for (MongoDB's sign-in with AWS credentials; a developer's tool that `debug` colours its lines with, where it is
 * installed); @node-rs/argon2 is an adopter's choice.
 */
export const bundling = {
  ...(deployed as Omit<typeof deployed, "platform" | "format"> & { readonly platform: "node"; readonly format: "esm" }),
  external: ["pg-native", "@node-rs/argon2", "@aws-sdk/credential-providers", "supports-color"],
  logLevel: "silent",
} satisfies BuildOptions;

/**
 * Bundles functions as they are deployed.
 * @throws esbuild's error, which names file and line, for a config that cannot be bundled.
 */
export async function bundleFunctions(root: string, outdir: string, config: ConfigChoice): Promise<Bundles> {
  await mkdir(outdir, { recursive: true });
  const { metafile } = await build({
    ...bundling,
    absWorkingDir: root,
    entryPoints: allFunctions.map((name) => `functions/${name}.ts`),
    outdir,
    conditions: config === "demo" ? ["samekey-demo"] : [],
    metafile: true,
  });
  await writeFile(join(outdir, "package.json"), '{"type":"module"}\n');
  return {
    files: Object.fromEntries(allFunctions.map((name) => [name, join(outdir, `${name}.js`)])),
    metafile,
  };
}
