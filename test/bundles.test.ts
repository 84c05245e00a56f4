import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleFunctions, bundling, triggerFunctions } from "../lib/local/bundle.ts";
import { type Bundle, bundleOf, packageOf } from "./support/bundle-parts.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

let folder: string;
let bundles: Readonly<Record<string, Bundle>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "samekey-bundles-"));
  const { metafile } = await bundleFunctions(root, folder, "demo");
  bundles = Object.fromEntries(triggerFunctions.map((name) => [name, bundleOf(metafile, `${name}.js`)]));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function files(bundle: Bundle | undefined): readonly string[] {
  return [...(bundle?.inputs.keys() ?? [])];
}

/** The project's own files in a folder of lib/, by name. */
function own(bundle: Bundle | undefined, part: string): readonly string[] {
  const prefix = `lib/${part}/`;
  return files(bundle)
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length, -3));
}

/** The packages of node_modules, by name. */
function packages(bundle: Bundle | undefined): ReadonlySet<string> {
  return new Set(
    files(bundle)
      .map(packageOf)
      .filter((name) => name !== undefined),
  );
}

const drivers = ["pg", "hash-wasm", "@aws-sdk/client-secrets-manager"];

describe("bundles of the demo's config", () => {
  it.each(["post-authentication", "post-confirmation"])(
    "%s has no config, no source, no format and no driver",
    (name) => {
      const bundle = bundles[name];
      expect(files(bundle)).not.toContain("examples/demo/migration.config.ts");
      for (const part of ["config", "hashes", "algorithms", "sources"]) expect(own(bundle, part)).toEqual([]);
      expect(drivers.filter((driver) => packages(bundle).has(driver))).toEqual([]);
    },
  );

  // The gate and the guard read the config for their own settings; a config is one value, so what it lists comes along.
  it.each(["user-migration", "pre-authentication", "pre-sign-up"])("%s has the config and what it lists", (name) => {
    const bundle = bundles[name];
    expect(files(bundle)).toContain("examples/demo/migration.config.ts");
    expect(own(bundle, "sources")).toEqual(["postgres"]);
    expect([...own(bundle, "hashes")].sort()).toEqual(["argon2", "bcrypt", "pbkdf2", "phpass", "scrypt", "sha-crypt"]);
    expect(drivers.filter((driver) => packages(bundle).has(driver))).toEqual(drivers);
  });

  it.each(triggerFunctions)("%s has its own hook alone, no family's index and nothing of the laptop", (name) => {
    const bundle = bundles[name];
    expect(own(bundle, "hooks")).toEqual([`cognito-${name}`]);
    expect(files(bundle).filter((path) => /\/index\.ts$/.test(path) && path.startsWith("lib/"))).toEqual([]);
    for (const part of ["local", "cli"]) expect(own(bundle, part)).toEqual([]);
    expect(packages(bundle).has("dynalite")).toBe(false);
  });

  it.each([
    ["post-authentication", 400],
    ["post-confirmation", 400],
    ["pre-authentication", 620],
    ["pre-sign-up", 620],
    ["user-migration", 620],
  ])("%s is smaller than %i kB, since a cold start reads all of it", (name, kilobytes) => {
    const bytes = bundles[name]?.bytes ?? 0;
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(kilobytes * 1000);
  });
});

describe("what a bundle leaves out, since a cold start would pay for it", () => {
  it.each(triggerFunctions)("%s has no check of settings: they are checked when a bundle is made", (name) => {
    const config = own(bundles[name], "config");
    expect(config.filter((part) => /check-migration|-setting$|setting-readers/.test(part))).toEqual([]);
  });

  it.each(triggerFunctions)("%s imports node:http in the way that loads no undici", async (name) => {
    const text = await readFile(join(folder, `${name}.js`), "utf8");
    expect(text).toContain('getBuiltinModule("node:http")');
    expect(text).not.toMatch(/from\s*"(node:)?http"/);
  });

  it.each(triggerFunctions)("%s has no search for credentials beside the environment", (name) => {
    const found = [...packages(bundles[name])].filter((one) => /credential-provider|nested-clients|token/.test(one));
    expect(found).toEqual(["@aws-sdk/credential-provider-env"]);
  });

  it("takes the credentials of the environment, and never those of a file", async () => {
    const home = join(folder, "home");
    await mkdir(join(home, ".aws"), { recursive: true });
    await writeFile(join(home, ".aws/credentials"), "[default]\naws_access_key_id=file\naws_secret_access_key=file\n");
    const file = join(folder, "credentials.js");
    const contents = `
      import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
      const { credentials } = new DynamoDBClient({ region: "eu-west-1" }).config;
      console.log(await credentials().then(({ accessKeyId }) => accessKeyId, ({ name }) => name));
    `;
    await build({ ...bundling, absWorkingDir: root, stdin: { contents, resolveDir: root }, outfile: file });
    const run = async (environment: Readonly<Record<string, string>>) => {
      const { stdout } = await promisify(execFile)(process.execPath, [file], { env: { HOME: home, ...environment } });
      return stdout.trim();
    };
    expect(await run({ AWS_ACCESS_KEY_ID: "role", AWS_SECRET_ACCESS_KEY: "of the function" })).toBe("role");
    expect(await run({})).toBe("CredentialsProviderError");
  });
});

describe("a bundle of another config", () => {
  it("has the formats and sources that the config imports, and no other", async () => {
    const bundle = await bundleWith(`
      import { defineMigration } from "./lib/config/define-migration.ts";
      import { bcrypt } from "./lib/hashes/bcrypt.ts";
      import { custom } from "./lib/sources/custom.ts";
      export default defineMigration({
        sources: [custom({ lookups: ["email"], find: () => undefined })],
        passwords: [bcrypt()],
        userNames: "email",
      });
    `);
    expect(own(bundle, "hashes")).toEqual(["bcrypt"]);
    expect(
      own(bundle, "algorithms").filter((name) => ["argon2", "pbkdf2", "phpass", "scrypt", "sha-crypt"].includes(name)),
    ).toEqual([]);
    expect(own(bundle, "sources")).toEqual(["custom"]);
    expect([...packages(bundle)].filter((name) => ["pg", "@aws-sdk/client-secrets-manager"].includes(name))).toEqual(
      [],
    );
    expect([...packages(bundle)].filter((name) => ["mongodb", "bson", "mysql2", "tedious"].includes(name))).toEqual([]);
    expect(bundle.bytes).toBeLessThan((bundles["user-migration"]?.bytes ?? 0) * 0.8);
  });

  it("has the calls to a legacy table only where the config asks one", async () => {
    const bundle = await bundleWith(`
      import { defineMigration } from "./lib/config/define-migration.ts";
      import { bcrypt } from "./lib/hashes/bcrypt.ts";
      import { dynamodb } from "./lib/sources/dynamodb.ts";
      export default defineMigration({
        sources: [dynamodb({ table: "users", find: { byEmail: { key: "email" } }, user: (item) => item })],
        passwords: [bcrypt()],
        userNames: "email",
      });
    `);
    expect(packages(bundle)).toContain("@aws-sdk/util-dynamodb");
    expect(packages(bundle)).not.toContain("pg");
    for (const name of triggerFunctions) {
      expect(packages(bundles[name])).not.toContain("@aws-sdk/util-dynamodb");
      expect(own(bundles[name], "aws")).not.toContain("user-table");
    }
    expect(bundle.bytes).toBeLessThan(550_000);
  });

  it("has a client of KMS only where it has a vault", async () => {
    const config = (vault: string) => `
      import { defineMigration } from "./lib/config/define-migration.ts";
      import { kmsKey } from "./lib/config/kms-key.ts";
      import { bcrypt } from "./lib/hashes/bcrypt.ts";
      export default defineMigration({ sources: [], ${vault} passwords: [bcrypt()], userNames: "email" });
    `;
    const [vaulted, plain] = [
      await bundleWith(config('vault: { key: kmsKey("alias/samekey") },')),
      await bundleWith(config("")),
    ];
    expect(packages(vaulted)).toContain("@aws-sdk/client-kms");
    expect(packages(plain)).not.toContain("@aws-sdk/client-kms");
    expect(vaulted.bytes - plain.bytes).toBeLessThan(40_000);
    // What seals is the imports' business.
    expect(own(vaulted, "ledger")).not.toContain("vault-writer");
    for (const name of triggerFunctions) expect(packages(bundles[name])).not.toContain("@aws-sdk/client-kms");
  });

  it.each(["post-authentication", "post-confirmation"])("%s takes items out of the vault, and opens none", (name) => {
    const found = own(bundles[name], "ledger").filter((file) => /vault$|data-keys/.test(file));
    expect(found).toEqual([]);
  });

  it("has the driver of MongoDB where it imports that source, and no other driver", async () => {
    const bundle = await bundleWith(`
      import { defineMigration } from "./lib/config/define-migration.ts";
      import { secret } from "./lib/config/secret.ts";
      import { bcrypt } from "./lib/hashes/bcrypt.ts";
      import { mongodb } from "./lib/sources/mongodb.ts";
      export default defineMigration({
        sources: [
          mongodb({
            connection: secret("legacy"),
            collection: "users",
            find: { byEmail: "email" },
            user: ({ _id, email }) => ({ id: _id, username: email, enabled: true, attributes: { email } }),
          }),
        ],
        passwords: [bcrypt()],
        userNames: "email",
      });
    `);
    expect(own(bundle, "sources")).toEqual(["mongodb"]);
    const found = [...packages(bundle)];
    expect(
      found.filter((name) => ["mongodb", "bson", "pg", "mysql2", "tedious", "ldapts"].includes(name)).sort(),
    ).toEqual(["bson", "mongodb"]);
  });
});

/** user-migration with this text as its config. */
async function bundleWith(config: string): Promise<Bundle> {
  const { metafile } = await build({
    ...bundling,
    absWorkingDir: root,
    entryPoints: ["functions/user-migration.ts"],
    outdir: folder,
    write: false,
    metafile: true,
    plugins: [
      {
        name: "config",
        setup(setup) {
          setup.onResolve({ filter: /^#migration$/ }, () => ({
            path: "migration",
            namespace: "config",
            sideEffects: false,
          }));
          setup.onLoad({ filter: /.*/, namespace: "config" }, () => ({
            contents: config,
            loader: "ts",
            resolveDir: root,
          }));
        },
      },
    ],
  });
  return bundleOf(metafile, "user-migration.js");
}
