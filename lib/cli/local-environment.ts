import { rmSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";

/** What a second terminal reads while `npm start` runs; the stage `local` of serverless.yml reads it too. */
export const localEnvironmentFile = ".env.local";

const mark = "# Written by npm start, removed when it ends. Endpoints of this machine, and credentials that are none.";

/**
 * Writes the file. One that somebody else wrote is left alone.
 * @returns whether it was written.
 */
export async function writeLocalEnvironment(
  root: string,
  environment: Readonly<Record<string, string>>,
): Promise<boolean> {
  const path = join(root, localEnvironmentFile);
  const present = await readFile(path, "utf8").catch(() => undefined);
  if (present !== undefined && !present.startsWith(mark)) return false;
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  await writeFile(path, `${mark}\n${lines.join("\n")}\n`, { mode: 0o600 });
  return true;
}

export async function removeLocalEnvironment(root: string): Promise<void> {
  await rm(join(root, localEnvironmentFile), { force: true });
}

/** For the last moment of a process, when nothing can be awaited any more. */
export function removeLocalEnvironmentNow(root: string): void {
  rmSync(join(root, localEnvironmentFile), { force: true });
}

/** What `npm start` wrote, or undefined when it does not run. */
export async function readLocalEnvironment(root: string): Promise<NodeJS.Dict<string> | undefined> {
  const text = await readFile(join(root, localEnvironmentFile), "utf8").catch(() => undefined);
  return text === undefined ? undefined : parseEnv(text);
}
