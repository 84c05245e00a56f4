// What Microsoft Entra Connect (Azure AD Connect) sends to the cloud: `v1;PPH1_MD4,salt,N,key`, PBKDF2 with SHA-256 over
// the NT hash in hexadecimal. learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-password-hash-synchronization.

import { md4 } from "../algorithms/md4.ts";
import { utf16le } from "../algorithms/password-text.ts";
import { type Pbkdf2Bounds, pbkdf2BoundsText, pbkdf2Hash, readPbkdf2Bounds } from "../algorithms/pbkdf2.ts";
import { decodeHex } from "../core/encodings.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type AzureAdSyncSettings = Pbkdf2Bounds;

const name = "azure-ad-sync";

/** Checks the hashes of password hash synchronization. */
export function azureAdSync(settings: AzureAdSyncSettings = {}): HashFormat {
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^v1;PPH1_MD4,/),
    parse: (stored) => parse(encodedText(name, stored), maxIterations),
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded: "v1;PPH1_MD4,e6d97acefe7ed97dc997,1000,d826a58034f4c91ecd9cb662ee583dffaea1e3cc79cd41a373b121fe6b2d017a",
    },
  };
  return withSettingFaults(format, faults);
}

function parse(text: string, maxIterations: number | undefined): ParsedHash {
  const [, salt, iterations = "", key = ""] = /^v1;PPH1_MD4,([^,]*),([^,]*),([^,;]*);?$/.exec(text) ?? [];
  if (salt === undefined) throw damaged(name, "not of the form v1;PPH1_MD4,salt,N,key");
  return pbkdf2Hash({
    format: name,
    digest: "sha256",
    iterations,
    salt: decodeHex(salt),
    key: decodeHex(key),
    maxIterations,
    prepare: ntHashText,
  });
}

/** The NT hash in upper-case hexadecimal, as UTF-16. */
async function ntHashText(password: Uint8Array): Promise<Uint8Array | undefined> {
  const text = utf16le(password);
  if (text === undefined) return undefined;
  const hex = Buffer.from(await md4(text)).toString("hex");
  return Buffer.from(hex.toUpperCase(), "utf16le");
}

export const azureAdSyncFamily: HashFamily = {
  name,
  title: "Entra Connect (Azure AD) password hash synchronization",
  specified: "Microsoft's description of password hash synchronization",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "azuread-sync",
      example: "v1;PPH1_MD4,54188415275183448824,100,55b530f052a9af79a7ba9c466dddcb8b116f8babf6c3873a51a3898fb008e123",
      usedBy: "Entra Connect",
      line: "azureAdSync()",
      read: stringAlone(azureAdSync),
    },
  ],
};
