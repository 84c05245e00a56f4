import { type DriftWatch, driftRules } from "../core/drift.ts";
import type { SecretRef } from "../core/ports.ts";
import { choiceReader, describe, isObject, type Report } from "./setting-readers.ts";

/** Reads `drift`; undefined where it is absent, or wrong and reported. */
export function readDrift(value: unknown, fault: Report): DriftWatch | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) {
    fault("drift", `${describe(value)}; allowed is { key, rule }`);
    return undefined;
  }
  for (const name of Object.keys(value)) {
    if (!["key", "rule"].includes(name)) fault(`drift.${name}`, "no such setting; there are key, rule");
  }
  const key = isSecret(value.key) ? value.key : undefined;
  if (key === undefined) {
    fault(
      "drift.key",
      `${describe(value.key)}; needed is a secret of at least 24 bytes, e.g. secret("samekey/drift-key")`,
    );
  }
  const within = (path: string, message: string) => fault(`drift.${path}`, message);
  const rule = choiceReader(value, within)("rule", driftRules, "platform-wins", "what a changed legacy password does");
  return key === undefined ? undefined : { key, rule };
}

function isSecret(value: unknown): value is SecretRef {
  return isObject(value) && typeof value.read === "function" && typeof value.refresh === "function";
}
