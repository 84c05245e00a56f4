import { kmsWrappingKey } from "../aws/kms.ts";
import type { WrappingKey } from "../core/ports.ts";

/**
 * A symmetric key in AWS KMS, by its alias, `kmsKey("alias/samekey")`, or by its ARN. It is called at the first use.
 */
export function kmsKey(id: string): WrappingKey {
  return kmsWrappingKey(id);
}
