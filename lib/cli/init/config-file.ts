import { constants } from "node:fs";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { configText } from "./config-text.ts";
import { configOf, everyRequest } from "./store.ts";

export const configFile = "migration.config.ts";

/** What stands in the way of a new config: nothing, a file that holds no work of anybody's, or one that does. */
export type Present = "absent" | "untouched" | "changed";

/** A file that one of our own texts is, to the letter, may be written again. */
export async function readPresent(folder: string): Promise<Present> {
  const text = await readFile(join(folder, configFile), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return "absent";
  const untouched = everyRequest().some(({ store, userNames }) => configText(configOf(store, userNames)) === text);
  return untouched ? "untouched" : "changed";
}

/**
 * Writes the config. A changed one is kept as `migration.config.ts.bak`, and no earlier copy is lost for it.
 * @returns the copy's name, where there is one.
 */
export async function writeConfig(folder: string, text: string, present: Present): Promise<string | undefined> {
  const copy = present === "changed" ? await keepCopy(folder) : undefined;
  await writeFile(join(folder, configFile), text);
  return copy;
}

async function keepCopy(folder: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = `${configFile}.bak${number === 1 ? "" : number}`;
    try {
      await copyFile(join(folder, configFile), join(folder, name), constants.COPYFILE_EXCL);
      return name;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
