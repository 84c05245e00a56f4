import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { bundling } from "../../lib/local/bundle.ts";
import { type Bundle, bundleOf, packageOf } from "../support/bundle-parts.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const names = ["split-import", "import-batch", "finish-import", "user-migration"] as const;

let bundles: Readonly<Record<string, Bundle>>;
beforeAll(async () => {
  const { metafile } = await build({
    ...bundling,
    absWorkingDir: root,
    entryPoints: names.map((name) => `functions/${name}.ts`),
    conditions: ["samekey-demo"],
    outdir: "bundles",
    write: false,
    metafile: true,
  });
  bundles = Object.fromEntries(names.map((name) => [name, bundleOf(metafile, `${name}.js`)]));
});

const own = (name: string, part: string) => {
  const prefix = `lib/${part}/`;
  const files = [...(bundles[name]?.inputs.keys() ?? [])].filter((path) => path.startsWith(prefix));
  return files.map((path) => path.slice(prefix.length, -3));
};
const packages = (name: string) => [...(bundles[name]?.inputs.keys() ?? [])].map(packageOf);

describe("the bundle", () => {
  test("of the split has every reader, since no config says what will be uploaded", () => {
    expect(own("split-import", "imports").length).toBeGreaterThan(10);
    expect(own("split-import", "imports")).not.toContain("index");
  });

  test.each(["import-batch", "finish-import", "user-migration"])("of %s has none of the readers", (name) => {
    expect(own(name, "imports")).toEqual([]);
  });

  test("of the end has no config, no source and no format", () => {
    expect(
      [...(bundles["finish-import"]?.inputs.keys() ?? [])].filter((path) => path.includes("migration.config")),
    ).toEqual([]);
    for (const part of ["config", "hashes", "algorithms", "sources"]) expect(own("finish-import", part)).toEqual([]);
  });

  test("of a trigger has nothing of it, and a client of S3 least of all", () => {
    expect(own("user-migration", "distributed-import")).toEqual([]);
    expect(packages("user-migration")).not.toContain("@aws-sdk/client-s3");
    expect(packages("split-import")).toContain("@aws-sdk/client-s3");
  });

  test.each(["split-import", "import-batch", "finish-import"])("of %s has nothing of the laptop", (name) => {
    for (const part of ["local", "cli"]) expect(own(name, part)).toEqual([]);
    expect(bundles[name]?.bytes).toBeGreaterThan(100_000);
    expect(bundles[name]?.bytes).toBeLessThan(1_500_000);
  });
});
