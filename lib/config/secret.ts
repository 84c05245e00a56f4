import { type FetchSecret, fetchFromSecretsManager, openSecretCache, type SecretCache } from "../aws/secrets.ts";
import type { SecretRef } from "../core/ports.ts";

let cache: SecretCache | undefined;

/** Where all secrets of this process come from, instead of AWS Secrets Manager: the command line sets it before the config loads. */
export function useSecretStore(fetchSecret: FetchSecret): void {
  cache = openSecretCache(fetchSecret);
}

/**
 * A secret in AWS Secrets Manager, by name or ARN: `secret("samekey/legacy-database")`. It is fetched once per
 * environment, again after ten minutes, and at once when it is refused where it is used.
 */
export function secret(name: string): SecretRef {
  const store = (): SecretCache => {
    cache ??= openSecretCache(fetchFromSecretsManager());
    return cache;
  };
  return {
    name,
    read: (signal) => store().read(name, signal),
    refresh: (signal) => store().refresh(name, signal),
  };
}
