// The hash parameters of a Firebase project, as the console, the CLI and importUsers name them.
// https://firebase.google.com/docs/cli/auth, https://firebase.google.com/docs/auth/admin/import-users

import type { HashKey } from "../core/hash-key.ts";
import type { SettingFault } from "../core/setting-faults.ts";
import { firebaseDigests, firebaseHmacs } from "./firebase-digest.ts";
import { decodeAnyBase64 } from "./json-fields.ts";

export const firebaseAlgorithms = [
  "SCRYPT",
  "STANDARD_SCRYPT",
  "PBKDF_SHA1",
  "PBKDF2_SHA256",
  "BCRYPT",
  ...firebaseHmacs,
  ...firebaseDigests,
] as const;
export type FirebaseAlgorithm = (typeof firebaseAlgorithms)[number];

export interface FirebaseParameters {
  /** Default `SCRYPT`, Firebase's own; an export holds hashes of it alone. */
  readonly algorithm?: FirebaseAlgorithm;
  /** `base64_signer_key` of the project's hash parameters, as the console shows it; or the base64 `--hash-key` of HMAC. */
  readonly signerKey?: HashKey;
  /** `base64_salt_separator`; default `Bw==`, which every project has. */
  readonly saltSeparator?: string;
  /** Default 8 for SCRYPT, 1 for digests; PBKDF needs it. */
  readonly rounds?: number;
  /** SCRYPT: log2 N, default 14. STANDARD_SCRYPT: N itself. */
  readonly memoryCost?: number;
  /** STANDARD_SCRYPT: p, r and the bytes of the key. */
  readonly parallelization?: number;
  readonly blockSize?: number;
  readonly derivedKeyLength?: number;
  /** Digests and HMAC; default `SALT_FIRST`. */
  readonly inputOrder?: "SALT_FIRST" | "PASSWORD_FIRST";
}

/** What is missing for the algorithm, or wrong. */
export function firebaseParameterFaults({
  algorithm = "SCRYPT",
  signerKey,
  rounds,
  ...size
}: FirebaseParameters): readonly SettingFault[] {
  const faults: SettingFault[] = [];
  const needs = (path: string, value: unknown): void => {
    if (value === undefined) faults.push({ path, message: `not there; ${algorithm} needs it` });
  };
  if (!firebaseAlgorithms.includes(algorithm)) {
    faults.push({ path: "algorithm", message: `unknown, allowed ${firebaseAlgorithms.join(", ")}` });
  }
  if (algorithm === "SCRYPT" || algorithm.startsWith("HMAC_")) needs("signerKey", signerKey);
  if (algorithm.startsWith("PBKDF")) needs("rounds", rounds);
  if (algorithm === "STANDARD_SCRYPT") {
    for (const path of ["memoryCost", "parallelization", "blockSize"] as const) needs(path, size[path]);
  }
  if (decodeAnyBase64(size.saltSeparator ?? "") === undefined) {
    faults.push({ path: "saltSeparator", message: "no base64" });
  }
  return faults;
}
