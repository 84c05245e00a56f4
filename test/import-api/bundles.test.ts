import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { bundling, importFunctions } from "../../lib/local/bundle.ts";
import { bundleOf, packageOf } from "../support/bundle-parts.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("each function carries what its route needs, and nothing of the laptop, the SDK or another route", async () => {
  const outdir = await mkdtemp(join(tmpdir(), "samekey-api-bundles-"));
  onTestFinished(() => rm(outdir, { recursive: true }));
  const { metafile } = await build({
    ...bundling,
    absWorkingDir: root,
    entryPoints: importFunctions.map((name) => `functions/${name}.ts`),
    outdir,
    conditions: ["samekey-demo"],
    metafile: true,
  });
  const parts = (name: string) => {
    const { inputs, bytes } = bundleOf(metafile, `${name}.js`);
    const own = [...inputs.keys()].filter((path) => packageOf(path) === undefined);
    const packages = new Set([...inputs.keys()].map(packageOf));
    return { own, packages, bytes };
  };
  for (const name of importFunctions) {
    const { own, packages } = parts(name);
    expect(own.filter((path) => /^lib\/(?:local|cli|client|imports|hooks)\//.test(path))).toEqual([]);
    expect(own.filter((path) => path.endsWith("import-api/openapi.ts"))).toEqual([]);
    expect(packages.has("@aws-sdk/client-s3")).toBe(name !== "import-users");
    expect(packages.has("@aws-sdk/client-cognito-identity-provider")).toBe(name === "import-users");
  }
  const reading = parts("read-import");
  expect(reading.own).not.toContain("examples/demo/migration.config.ts");
  expect(reading.own.filter((path) => /^lib\/(?:config|hashes|algorithms|sources)\//.test(path))).toEqual([]);
  for (const name of importFunctions) expect(parts(name).bytes, name).toBeLessThan(1_500_000);
});
