import { randomBytes, randomInt, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import type { ImportedPassword } from "./import/imported-hash.ts";

/** A password as the simulator keeps it in memory. */
export interface PasswordRecord {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

// About 3 ms and 1 MB: the record never leaves the memory of a process that runs for a test or a demonstration.
const cost: ScryptOptions = { N: 1024, r: 8, p: 1 };
const hashBytes = 32;

function derive(password: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, hashBytes, cost, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}

export async function hashPassword(password: string): Promise<PasswordRecord> {
  const salt = randomBytes(16);
  return { salt, hash: await derive(password, salt) };
}

const decoy: PasswordRecord = { salt: randomBytes(16), hash: randomBytes(hashBytes) };

/** Whether the password is the record's; without a record the same work is done and the answer is no. */
export async function matchesPassword(
  password: string,
  record: PasswordRecord | ImportedPassword | undefined,
): Promise<boolean> {
  if (record !== undefined && "matches" in record) return record.matches(password);
  const { salt, hash } = record ?? decoy;
  const equal = timingSafeEqual(await derive(password, salt), hash);
  return equal && record !== undefined;
}

const alphabets = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "!#%+:=?@"];

/** A temporary password that fits every policy: 12 characters of each four kinds in turn, or more if the pool asks. */
export function makeTemporaryPassword(minimumLength: number): string {
  return Array.from({ length: Math.max(12, minimumLength) }, (_, index) => {
    const alphabet = alphabets[index % alphabets.length] ?? "";
    return alphabet.charAt(randomInt(alphabet.length));
  }).join("");
}
