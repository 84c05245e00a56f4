import type { SecretRef } from "../../lib/core/ports.ts";

/** A secret whose text is given. */
export function aSecretRef(text: string, name = "samekey/test"): SecretRef {
  return { name, read: async () => text, refresh: async () => text };
}
