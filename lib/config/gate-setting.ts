import type { Migration } from "./define-migration.ts";
import { choiceReader, describe, isObject, numberReader, type Report } from "./setting-readers.ts";

/** Reads `gate`, with its defaults; what is wrong is reported. */
export function readGate(value: unknown, fault: Report): Migration["gate"] {
  if (value !== undefined && !isObject(value))
    fault("gate", `${describe(value)}; allowed is { legacyCheck, keepSeconds, onFault }`);
  const given = isObject(value) ? value : {};
  for (const key of Object.keys(given)) {
    if (!["legacyCheck", "keepSeconds", "onFault"].includes(key))
      fault(`gate.${key}`, "no such setting; there are legacyCheck, keepSeconds, onFault");
  }
  if (given.legacyCheck !== undefined && typeof given.legacyCheck !== "boolean") {
    fault("gate.legacyCheck", `${describe(given.legacyCheck)}; allowed are true and false`);
  }
  const within = (path: string, message: string) => fault(`gate.${path}`, message);
  return {
    legacyCheck: given.legacyCheck === true,
    keepSeconds: numberReader(given, within)("keepSeconds", 0, 3600, 60, "how long a live check's answer is kept"),
    onFault:
      choiceReader(given, within)("onFault", ["refuse", "allow"], "refuse", "what a fault does to a sign-in") ??
      "refuse",
  };
}
