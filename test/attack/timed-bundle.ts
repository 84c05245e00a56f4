import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundling } from "../../lib/local/bundle.ts";
import { annsPassword, storedHash } from "../support/legacy-user.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The user migration function that ships, with a store of any number of people: `user1`, `disabled1`, `blocked1`, all with Ann's
 * password. Their hashes take no time, and the decoy takes ten milliseconds, so that the work alone would tell who is
 * there.
 */
export async function bundleTimed(folder: string, refusalMs: number): Promise<string> {
  const config = `
    import { defineMigration } from "./lib/config/define-migration.ts";
    import { pbkdf2 } from "./lib/hashes/pbkdf2.ts";
    import { phpass } from "./lib/hashes/phpass.ts";
    import { custom } from "./lib/sources/custom.ts";
    const password = { encoded: ${JSON.stringify(storedHash(annsPassword))} };
    function find({ canonical }) {
      const [, kind] = /^(user|disabled|blocked)\\d+$/.exec(canonical) ?? [];
      if (kind === undefined) return undefined;
      const attributes = { email: canonical + "@example.com", email_verified: "true" };
      return { id: canonical, username: canonical, enabled: kind !== "disabled", attributes, password };
    }
    export default defineMigration({
      sources: [custom({ name: "custom", lookups: ["username"], find })],
      passwords: [phpass(), pbkdf2()],
      userNames: "username",
      refusalMs: ${refusalMs},
      throttle: { circuit: "off" },
    });
  `;
  const outdir = join(folder, String(refusalMs));
  await mkdir(outdir, { recursive: true });
  await build({
    ...bundling,
    absWorkingDir: root,
    entryPoints: ["functions/user-migration.ts"],
    outdir,
    plugins: [
      {
        name: "config",
        setup(setup) {
          setup.onResolve({ filter: /^#migration$/ }, () => ({ path: "migration", namespace: "config" }));
          setup.onLoad({ filter: /.*/, namespace: "config" }, () => ({
            contents: config,
            loader: "ts",
            resolveDir: root,
          }));
        },
      },
    ],
  });
  await writeFile(join(outdir, "package.json"), '{"type":"module"}\n');
  return join(outdir, "user-migration.js");
}
