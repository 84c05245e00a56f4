import type { VaultKey } from "./kms-key.ts";
import { describe, isObject, type Report } from "./setting-readers.ts";

/** Where imported users wait whose stored passwords the platform does not take. */
export interface VaultSetting {
  readonly key: VaultKey;
}

// https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html; an alias's ARN is none of these, since IAM
// allows no calls by it.
const keyIds = [/^alias\/(?!aws\/)[\w/-]{1,250}$/, /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]{1,64}$/];

/** Reads `vault`; undefined where it is absent, or wrong and reported. */
export function readVault(value: unknown, fault: Report): VaultSetting | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) {
    fault("vault", `${describe(value)}; allowed is { key }`);
    return undefined;
  }
  for (const name of Object.keys(value)) {
    if (name !== "key") fault(`vault.${name}`, "no such setting; there is key");
  }
  const { key } = value;
  if (!isKey(key)) {
    fault("vault.key", `${describe(key)}; needed is a KMS key, e.g. kmsKey("alias/samekey")`);
    return undefined;
  }
  if (typeof key.id !== "string" || !keyIds.some((allowed) => allowed.test(key.id))) {
    fault("vault.key", `${describe(key.id)}; allowed are an alias of yours ("alias/samekey") and a key's ARN`);
    return undefined;
  }
  return { key };
}

function isKey(value: unknown): value is VaultKey {
  return (
    isObject(value) && ["makeDataKey", "openDataKey", "openVault"].every((name) => typeof value[name] === "function")
  );
}
