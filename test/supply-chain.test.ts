import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { licencesText, lockedPackages } from "../scripts/licences.ts";

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
const root = fileURLToPath(new URL("..", import.meta.url));
const packages = lockedPackages();

// What may be passed on in a bundle with nothing but a notice.
const shipped = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"];
// What runs on a developer's machine may also be under licences that bind changes of its own files.
const installed = [...shipped, "BlueOak-1.0.0", "MIT OR Apache-2.0", "MPL-2.0", "PSF-2.0", "Python-2.0"];

describe("the lockfile", () => {
  test("has the digest of every package, and names no host that they come from", () => {
    expect(packages.length).toBeGreaterThan(500);
    expect(packages.filter(({ integrity }) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ""))).toEqual([]);
    expect(packages.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
    expect(read("package-lock.json")).not.toMatch(
      /https?:\/\/(?!opencollective|github\.com|[^"]*\/(?:sponsor|fund))[^"]*registry/i,
    );
  });

  test("is what package.json says, to the version", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json"));
    const named = Object.entries<string>({ ...dependencies, ...devDependencies });
    for (const [name, wanted] of named) {
      expect(wanted, name).toMatch(/^(?:npm:[a-z]+@)?\d+\.\d+\.\d+$/);
      const found = packages.find(({ folder }) => folder === `node_modules/${name}`);
      expect(found?.version, name).toBe(wanted.split("@").at(-1));
    }
  });

  test("has no install script but those that docs/security/supply-chain.md names with what they do", () => {
    const scripts = packages.filter(({ installScript }) => installScript).map(({ folder }) => folder);
    const named = [...read("docs/security/supply-chain.md").matchAll(/^\| `([^`]+)` \| [^|]+ \|$/gm)].map(
      ([, name]) => `node_modules/${name}`,
    );
    expect(scripts.sort()).toEqual(named.sort());
    // Whatever is shipped has none.
    const ofUse = packages.filter(({ installScript, development }) => installScript && !development);
    expect(ofUse).toEqual([]);
  });
});

describe("the licences", () => {
  test("are those that may be shipped, or used", () => {
    const other = packages.filter(({ licence, development }) => !(development ? installed : shipped).includes(licence));
    expect(other.map(({ name, licence }) => `${name}: ${licence}`)).toEqual([]);
  });

  test("stand in docs/licences.md, and bundles carry dependencies alone: `npm run lists` writes it anew", async () => {
    expect(await licencesText()).toBe(read("docs/licences.md"));
  }, 180_000);
});

// Of all packages: with `--omit dev` npm 11 leaves out what development tools happen to use too, client-s3 among it. A
// version that both use stands there once, with the scope of the place that was met first.
test("npm writes the bill of materials of all that is shipped, with a digest and a licence of each", async () => {
  const args = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
  const { stdout } = await promisify(execFile)("npm", args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const bill: { readonly bomFormat: string; readonly components: readonly Component[] } = JSON.parse(stdout);
  expect(bill.bomFormat).toBe("CycloneDX");
  const listed = new Map(bill.components.map((one) => [`${one.name}@${one.version}`, one]));
  for (const { name, version, development } of packages) {
    if (development) continue;
    const { hashes, licenses } = listed.get(`${name}@${version}`) ?? {};
    expect([hashes?.[0]?.alg, licenses?.length], `${name}@${version}`).toEqual(["SHA-512", 1]);
  }
  const { dependencies } = JSON.parse(read("package.json"));
  for (const [name, version] of Object.entries(dependencies)) {
    expect(listed.get(`${name}@${version}`)?.scope, name).toBe("required");
  }
}, 180_000);

interface Component {
  readonly name: string;
  readonly version: string;
  readonly scope?: string;
  readonly hashes?: readonly { readonly alg: string }[];
  readonly licenses?: readonly unknown[];
}
