import type { DeniedReason } from "../core/outcome.ts";
import type { LdapEntry } from "./ldap-entry.ts";

/** userAccountControl, https://learn.microsoft.com/en-us/windows/win32/adschema/a-useraccountcontrol */
const accountDisabled = 0x2;
/** FILETIME counts 100 ns from 1601-01-01; this many ms lie between that and 1970. */
const epochMs = 11_644_473_600_000n;
const neverExpires: ReadonlySet<bigint> = new Set([0n, 0x7fff_ffff_ffff_ffffn]);

/**
 * objectGUID as text. The first three groups are little-endian: [MS-DTYP] 2.3.4.2.
 */
export function guidText(bytes: Uint8Array): string {
  const hex = guidOrder.map((at) => (bytes[at] ?? 0).toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The bytes of a GUID in lower case; undefined for any other text. */
export function guidBytes(text: string): Buffer | undefined {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return undefined;
  const inText = Buffer.from(text.replaceAll("-", ""), "hex");
  return Buffer.from(guidOrder.map((at) => inText[at] ?? 0));
}

// The same both ways.
const guidOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/**
 * Whether the account is neither disabled nor expired; undefined where the entry does not say, and then nobody may
 * assume it. A lockout passes, and is the directory's to tell at the bind.
 */
export function isAccountEnabled(entry: LdapEntry, nowMs: number): boolean | undefined {
  const control = entry.text("userAccountControl");
  if (control === undefined || !/^-?[0-9]{1,10}$/.test(control)) return undefined;
  if ((Number(control) & accountDisabled) !== 0) return false;
  const expires = entry.text("accountExpires") ?? "0";
  if (!/^[0-9]{1,19}$/.test(expires)) return undefined;
  const at = BigInt(expires);
  return neverExpires.has(at) || at / 10_000n - epochMs > BigInt(Math.floor(nowMs));
}

/** A FILETIME as ISO 8601; undefined for one that never was, and for what is none. */
export function accountTime(text: string | undefined): string | undefined {
  if (text === undefined || !/^[0-9]{1,19}$/.test(text) || neverExpires.has(BigInt(text))) return undefined;
  const ms = Number(BigInt(text) / 10_000n - epochMs);
  return ms > 0 ? new Date(ms).toISOString() : undefined;
}

/**
 * What the sub-code of a refused bind means; a code that is not listed is a wrong password, which tells least.
 * 525 no such user, 52e wrong password, 52f restricted, 530 hours, 531 workstation, 532 password expired, 533 disabled,
 * 534 logon type, 701 account expired, 773 must change the password, 775 locked out.
 * @see https://learn.microsoft.com/en-us/windows/win32/debug/system-error-codes--1300-1699- (1317 to 1331, 1907, 1909)
 */
export function denialOfSubCode(subCode: string | undefined): DeniedReason {
  return denials.get(subCode ?? "") ?? "wrong-password";
}

const denials: ReadonlyMap<string, DeniedReason> = new Map([
  ["525", "unknown-user"],
  ["52e", "wrong-password"],
  ["52f", "disabled"],
  ["530", "disabled"],
  ["531", "disabled"],
  ["532", "expired"],
  ["533", "disabled"],
  ["534", "disabled"],
  ["701", "expired"],
  ["773", "must-change"],
  ["775", "locked"],
]);
