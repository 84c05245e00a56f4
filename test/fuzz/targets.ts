import { answerTargets } from "./answers.ts";
import { bodyTargets } from "./bodies.ts";
import { eventTargets } from "./events.ts";
import { fileTargets } from "./files.ts";
import { hashTargets } from "./hashes.ts";
import { itemTargets } from "./items.ts";
import { settingTargets } from "./settings.ts";
import type { FuzzTarget } from "./target.ts";
import { textTargets } from "./texts.ts";

/** Every parser of outside input, a file a family. */
export const fuzzFamilies: Readonly<Record<string, readonly FuzzTarget[]>> = {
  events: eventTargets,
  bodies: bodyTargets,
  hashes: hashTargets,
  files: fileTargets,
  answers: answerTargets,
  texts: textTargets,
  items: itemTargets,
  settings: settingTargets,
};

export const fuzzTargets: readonly FuzzTarget[] = Object.values(fuzzFamilies).flat();
