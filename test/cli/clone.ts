import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** An adopter's clone: the code as it is here, a migration.config.ts and a .samekey folder of its own. */
export interface Clone {
  readonly folder: string;
  /** The command as a person runs it there, standard input in place of the terminal. */
  samekey(args: readonly string[], options?: { readonly input?: string; readonly env?: Environment }): Promise<Ended>;
  remove(): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

export async function openClone(config: string): Promise<Clone> {
  const folder = await mkdtemp(join(tmpdir(), "samekey-clone-"));
  await cp("lib", join(folder, "lib"), { recursive: true });
  await cp("package.json", join(folder, "package.json"));
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
  await mkdir(join(folder, ".samekey"));
  await writeFile(join(folder, "migration.config.ts"), config);
  return {
    folder,
    samekey: (args, { input = "", env = {} } = {}) =>
      new Promise((done) => {
        const child = spawn(process.execPath, [join(folder, "lib/cli/samekey.ts"), ...args], {
          cwd: folder,
          // Nothing of this machine's AWS settings, and nobody to ask for credentials.
          env: { PATH: process.env.PATH ?? "", HOME: folder, NO_COLOR: "1", AWS_EC2_METADATA_DISABLED: "true", ...env },
        });
        let out = "";
        let err = "";
        child.stdout.on("data", (chunk: Buffer) => (out += chunk));
        child.stderr.on("data", (chunk: Buffer) => (err += chunk));
        child.on("close", (code) => done({ code, out, err }));
        child.stdin.end(input);
      }),
    remove: () => rm(folder, { recursive: true }),
  };
}
