import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inflateRawSync } from "node:zlib";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export type Json = Readonly<Record<string, unknown>>;
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties have no type; the schema test checks them
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Packaged {
  readonly resources: Readonly<Record<string, Resource>>;
  readonly templateFile: string;
  readonly output: string;
  /** The zipped files of each function, by name. */
  readonly zips: ReadonlyMap<string, { readonly bytes: number; readonly files: ReadonlyMap<string, Buffer> }>;
  remove(): Promise<void>;
}

/** Runs the CLI's `package` with the demo's config, without a network where the machine can cut it, and with no credentials. */
export async function packageWith(...params: readonly string[]): Promise<Packaged> {
  return packageIn(root, "config=demo", ...params);
}

/** The same in a clone. */
export async function packageIn(clone: string, ...params: readonly string[]): Promise<Packaged> {
  const folder = await mkdtemp(join(tmpdir(), "samekey-package-"));
  const given = params.flatMap((param) => ["--param", param]);
  const { code, output } = await serverlessIn(clone, "package", "--package", folder, ...given);
  if (code !== 0) throw new Error(`serverless package ended with ${code}:\n${output}`);
  const templateFile = join(folder, "cloudformation-template-update-stack.json");
  const template = JSON.parse(await readFile(templateFile, "utf8"));
  const names = (await readdir(folder)).filter((name) => name.endsWith(".zip"));
  const zips = await Promise.all(
    names.map(async (name) => {
      const zip = await readFile(join(folder, name));
      return [name.replace(/\.zip$/, ""), { bytes: zip.length, files: unzip(zip) }] as const;
    }),
  );
  return {
    resources: template.Resources,
    templateFile,
    output,
    zips: new Map(zips),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Runs the CLI; the time is a guard, since a failed bundling would keep it alive. */
export function serverless(...args: readonly string[]): Promise<Ended> {
  return serverlessIn(root, ...args);
}

interface Ended {
  readonly code: number;
  readonly output: string;
}

function serverlessIn(cwd: string, ...args: readonly string[]): Promise<Ended> {
  const [command = "", ...before] = [...withoutNetwork(), process.execPath, join(root, cli())];
  const options = { cwd, env: withoutCredentials(), timeout: 120_000 };
  return new Promise((resolve) => {
    execFile(command, [...before, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}

function cli(): string {
  const found = ["serverless.js", "sls.js", "osls.js"]
    .map((name) => join("node_modules", "serverless", "bin", name))
    .find((file) => existsSync(join(root, file)));
  return found ?? join("node_modules", ".bin", "serverless");
}

function withoutNetwork(): readonly string[] {
  const cut = ["unshare", "--map-root-user", "--net"];
  if (spawnSync(cut[0] ?? "", [...cut.slice(1), "true"]).status === 0) return cut;
  console.warn("the network stays: this machine has no unshare(1) that may cut it");
  return [];
}

function withoutCredentials(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|NODE_OPTIONS$|VITEST)/.test(name));
  return { ...Object.fromEntries(kept), SLS_TELEMETRY_DISABLED: "1", SLS_NOTIFICATIONS_MODE: "off", NO_COLOR: "1" };
}

/** The files of a zip, by its central directory (APPNOTE.TXT 4.3.12). */
function unzip(zip: Buffer): ReadonlyMap<string, Buffer> {
  const end = zip.lastIndexOf("PK\x05\x06");
  const files = new Map<string, Buffer>();
  let entry = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, packed] = [zip.readUInt16LE(entry + 10), zip.readUInt32LE(entry + 20)];
    const [name, extra, comment] = [28, 30, 32].map((at) => zip.readUInt16LE(entry + at)) as [number, number, number];
    const local = zip.readUInt32LE(entry + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(start, start + packed);
    files.set(zip.toString("utf8", entry + 46, entry + 46 + name), method === 0 ? bytes : inflateRawSync(bytes));
    entry += 46 + name + extra + comment;
  }
  return files;
}
