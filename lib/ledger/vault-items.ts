import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from "node:crypto";
import { MigrationError } from "../core/errors.ts";
import { parseLegacyUser } from "../core/legacy-record.ts";
import type { LedgerUser } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";
import type { LegacyUser } from "../core/user.ts";
import type { SealedUser } from "../core/vault-ports.ts";
import { type Item, keyItem } from "./items.ts";
import { type ItemKey, totpKey, vaultKey } from "./keys.ts";

/** Whose item it is. */
type Owner = Pick<LedgerUser, "source" | "legacyId">;

// Version 1: AES-256-GCM of the user as JSON, as nonce, ciphertext and tag.
const version = 1;
const cipher = "aes-256-gcm";
// NIST SP 800-38D 8.2.2 and 5.2.1.2: random nonces of 96 bits, and the whole tag.
const nonceBytes = 12;
const tagBytes = 16;

export function sealedItem(key: ItemKey, sealed: SealedUser): Item {
  return {
    ...keyItem(key),
    version: { N: String(version) },
    key: { B: sealed.key },
    content: { B: sealed.content },
  };
}

/** @throws MigrationError LEDGER_DAMAGED for an item that is none of the vault's, or of a later version's. */
export function parseVaultItem(item: Item): SealedUser {
  const found = item.version?.N;
  if (found !== String(version)) throw damaged(`is of the version ${found ?? "?"}, known is ${version}`);
  const [key, content] = [item.key?.B, item.content?.B];
  if (key === undefined || content === undefined) throw damaged("has no key or no content");
  return { key, content };
}

// A call to the generator costs more than a nonce: so many are drawn at once.
const noncesAtOnce = 64;

/** Random nonces, none of them given twice. */
export function openNonces(): () => Uint8Array {
  let drawn = Buffer.alloc(0);
  let used = 0;
  return () => {
    if (used === drawn.byteLength) {
      drawn = randomBytes(nonceBytes * noncesAtOnce);
      used = 0;
    }
    used += nonceBytes;
    return drawn.subarray(used - nonceBytes, used);
  };
}

/** How something is sealed: with this key, in this table, by a nonce that nothing else has. */
export interface Seal {
  readonly plain: KeyObject;
  readonly table: string;
  readonly nonce: Uint8Array;
}

/** The user, so that the content opens with this data key and in this item's place alone. */
export function sealContent(user: LegacyUser, seal: Seal): Uint8Array {
  const key = vaultKey({ source: user.source, legacyId: user.id });
  return sealed(Buffer.from(JSON.stringify(user), "utf8"), key, seal);
}

/** A TOTP secret, in the same way. */
export function sealTotpContent(owner: Owner, secret: Secret, seal: Seal): Uint8Array {
  return sealed(Buffer.from(secret.revealText(), "utf8"), totpKey(owner), seal);
}

function sealed(content: Uint8Array, key: ItemKey, { plain, table, nonce }: Seal): Uint8Array {
  const sealing = createCipheriv(cipher, plain, nonce, { authTagLength: tagBytes });
  sealing.setAAD(placeOf(table, key));
  return Buffer.concat([nonce, sealing.update(content), sealing.final(), sealing.getAuthTag()]);
}

/** @throws MigrationError LEDGER_DAMAGED for content that was changed, or sealed for another row or table. */
export function openContent(content: Uint8Array, table: string, owner: Owner, plain: KeyObject): LegacyUser {
  const text = open(content, placeOf(table, vaultKey(owner)), plain);
  try {
    return parseLegacyUser(JSON.parse(text), owner.source);
  } catch (error) {
    throw damaged("holds no user", error);
  }
}

/** @throws MigrationError as `openContent` does. */
export function openTotpContent(content: Uint8Array, table: string, owner: Owner, plain: KeyObject): Secret {
  return Secret.fromText(open(content, placeOf(table, totpKey(owner)), plain));
}

function open(content: Uint8Array, place: Buffer, plain: KeyObject): string {
  if (content.byteLength < nonceBytes + tagBytes) throw damaged("is cut off");
  const opening = createDecipheriv(cipher, plain, content.subarray(0, nonceBytes), { authTagLength: tagBytes });
  opening.setAAD(place);
  opening.setAuthTag(content.subarray(-tagBytes));
  try {
    return Buffer.concat([opening.update(content.subarray(nonceBytes, -tagBytes)), opening.final()]).toString("utf8");
  } catch (error) {
    throw damaged("was changed, or is not the one of its row", error);
  }
}

/** The data that is authenticated beside the content: an item that is moved to another key or table does not open. */
function placeOf(table: string, { pk }: ItemKey): Buffer {
  return Buffer.from(JSON.stringify(["samekey-vault", version, table, pk]), "utf8");
}

function damaged(what: string, cause?: unknown): MigrationError {
  return new MigrationError("LEDGER_DAMAGED", `an item of the vault ${what}`, cause === undefined ? {} : { cause });
}
