import type { SecretRef } from "../core/ports.ts";
import { describe, isObject, type Report } from "./setting-readers.ts";

/** Under which key users are erased. */
export interface ErasureSetting {
  /** Keys what stands for an erased user's names: one text of at least 24 bytes, or {"1": "…", "2": "…"}. */
  readonly key: SecretRef;
}

/** Checks `erasure`. */
export function checkErasure(value: unknown, fault: Report): void {
  if (value === undefined) return;
  if (!isObject(value)) {
    fault("erasure", `${describe(value)}; allowed is { key }`);
    return;
  }
  for (const name of Object.keys(value)) {
    if (name !== "key") fault(`erasure.${name}`, "no such setting; there is key");
  }
  const { key } = value;
  if (isObject(key) && typeof key.read === "function" && typeof key.refresh === "function") return;
  fault("erasure.key", `${describe(key)}; needed is a secret of at least 24 bytes, e.g. secret("samekey/erasure-key")`);
}
