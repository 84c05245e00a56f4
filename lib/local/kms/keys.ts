import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from "node:crypto";

/** What has to be given again to open a ciphertext. */
export type EncryptionContext = Readonly<Record<string, string>>;

export interface LocalKey {
  readonly arn: string;
  /** `alias/name`; absent for a key that has none. */
  readonly alias?: string;
  readonly material: Uint8Array;
  readonly enabled: boolean;
}

/** The keys of a stand-in, found as KMS finds them: by key id, ARN or alias. */
export interface LocalKeys {
  find(keyId: string): LocalKey | undefined;
  /** By the digest that a ciphertext begins with. */
  byMark(mark: Uint8Array): LocalKey | undefined;
  /** Makes a key, under this alias or ARN. */
  create(id: string): LocalKey;
  setEnabled(id: string, enabled: boolean): void;
}

export function openKeys(arnPrefix: string): LocalKeys {
  const keys = new Map<string, LocalKey>();
  const find = (id: string) =>
    [...keys.values()].find(({ arn, alias }) => id === arn || id === alias || id === arn.split("/")[1]);
  const aliased = (id: string) => id.startsWith("alias/");
  return {
    find,
    byMark: (mark) => [...keys.values()].find(({ arn }) => Buffer.from(mark).equals(markOf(arn))),
    create: (id) => {
      const arn = aliased(id) ? `${arnPrefix}:key/${randomUUID()}` : id;
      const key = { arn, ...(aliased(id) ? { alias: id } : {}), material: randomBytes(32), enabled: true };
      keys.set(arn, key);
      return key;
    },
    setEnabled: (id, enabled) => {
      const key = find(id);
      if (key !== undefined) keys.set(key.arn, { ...key, enabled });
    },
  };
}

const [markBytes, nonceBytes, tagBytes] = [16, 12, 16];

// A ciphertext begins with what tells its key; the rest is AES-256-GCM under the key, with the context as its other data.
export function encrypt(key: LocalKey, plain: Uint8Array, context: EncryptionContext): Buffer {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv("aes-256-gcm", key.material, nonce, { authTagLength: tagBytes });
  sealing.setAAD(canonical(context));
  return Buffer.concat([markOf(key.arn), nonce, sealing.update(plain), sealing.final(), sealing.getAuthTag()]);
}

/** @returns undefined for what was not made by this key with this context. */
export function decrypt(key: LocalKey, blob: Uint8Array, context: EncryptionContext): Buffer | undefined {
  const opening = createDecipheriv("aes-256-gcm", key.material, blob.subarray(markBytes, markBytes + nonceBytes), {
    authTagLength: tagBytes,
  });
  opening.setAAD(canonical(context));
  opening.setAuthTag(blob.subarray(-tagBytes));
  try {
    return Buffer.concat([opening.update(blob.subarray(markBytes + nonceBytes, -tagBytes)), opening.final()]);
  } catch {
    return undefined;
  }
}

export function markIn(blob: Uint8Array): Uint8Array | undefined {
  return blob.byteLength < markBytes + nonceBytes + tagBytes ? undefined : blob.subarray(0, markBytes);
}

function markOf(arn: string): Buffer {
  return createHash("sha256").update(arn).digest().subarray(0, markBytes);
}

// The order of its pairs does not matter; their names and values do, in case too.
function canonical(context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify(pairs), "utf8");
}
