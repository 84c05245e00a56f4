// ASP.NET Identity's PasswordHash column, base64 of bytes that begin with their version: 00 (Identity 2: PBKDF2 with
// SHA-1, 1,000 iterations) or 01 (ASP.NET Core: digest, iterations and salt length in the bytes).
// github.com/dotnet/aspnetcore, src/Identity/Extensions.Core/src/PasswordHasher.cs.

import {
  type Pbkdf2Bounds,
  type Pbkdf2Digest,
  pbkdf2BoundsText,
  pbkdf2Hash,
  pbkdf2KeyBytes,
  readPbkdf2Bounds,
  type WrittenPbkdf2,
} from "../algorithms/pbkdf2.ts";
import { decodeBase64 } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type AspnetIdentitySettings = Pbkdf2Bounds;

const name = "aspnet-identity";
// Version 2 is 49 bytes that begin with 00. Version 3 begins with 01, one of three digests, and fewer than 2^22
// iterations.
const shapes = /^(?:A[A-P][A-Za-z0-9+/]{64}==|AQAAAA[AEI]A[A-Za-z0-9+/]{16,}={0,2})$/;

/** Checks the hashes of ASP.NET Identity, versions 2 and 3. */
export function aspnetIdentity(settings: AspnetIdentitySettings = {}): HashFormat {
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, shapes),
    parse: (stored) => pbkdf2Hash({ format: name, maxIterations, ...parse(encodedText(name, stored)) }),
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "AQAAAAIAAYagAAAAEKB4F0OP8QJC4AfJPWhYnNUlO5ix0fnSbczaTDBDebiSgZsq0For5VMioi+7SIoDIQ==" },
  };
  return withSettingFaults(format, faults);
}

const v2SaltBytes = 16;
const v2KeyBytes = 32;
const v3HeaderBytes = 13;
const v3Digests: readonly (Pbkdf2Digest | undefined)[] = ["sha1", "sha256", "sha512"];

function parse(text: string): WrittenPbkdf2 {
  const bytes = Buffer.from(bytesWithin(name, "bytes", decodeBase64(text), { min: 1, max: 2048 }));
  if (bytes[0] === 0) return parseV2(bytes);
  if (bytes[0] === 1 && bytes.length > v3HeaderBytes) return parseV3(bytes);
  throw damaged(name, "an unknown version, supported are 2 (byte 00) and 3 (byte 01)");
}

function parseV2(bytes: Buffer): WrittenPbkdf2 {
  const length = 1 + v2SaltBytes + v2KeyBytes;
  bytesWithin(name, "bytes of version 2", bytes, { min: length, max: length });
  return {
    digest: "sha1",
    iterations: 1000,
    salt: bytes.subarray(1, 1 + v2SaltBytes),
    key: bytes.subarray(1 + v2SaltBytes),
    keyBytes: { min: v2KeyBytes, max: v2KeyBytes },
  };
}

function parseV3(bytes: Buffer): WrittenPbkdf2 {
  const digest = v3Digests[bytes.readUInt32BE(1)];
  if (digest === undefined) throw damaged(name, "an unknown digest, allowed 0 (SHA-1), 1 (SHA-256) and 2 (SHA-512)");
  const saltEnd = v3HeaderBytes + bytes.readUInt32BE(9);
  if (saltEnd > bytes.length) throw damaged(name, "a salt that is longer than the string");
  return {
    digest,
    iterations: bytes.readUInt32BE(5),
    salt: bytes.subarray(v3HeaderBytes, saltEnd),
    key: bytes.subarray(saltEnd),
    keyBytes: pbkdf2KeyBytes,
  };
}

export const aspnetIdentityFamily: HashFamily = {
  name,
  title: "ASP.NET Identity",
  specified: "PasswordHasher.cs of ASP.NET Core",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "aspnet-identity-v2",
      example: "AJERV+ZvwakXg+AP09yPDJtwucf/9+jsoAGoeB8CMTzr0bsEQL3IQ4StQ/8/EmwHFA==",
      usedBy: "ASP.NET Identity 1 and 2, Orchard, Umbraco 7",
      line: "aspnetIdentity()",
      read: stringAlone(aspnetIdentity),
    },
    {
      id: "aspnet-identity-v3",
      example: "AQAAAAEAACcQAAAAEAsXqeKH8KqaZyZPzqZeBAnT0tgFKAEjVMNIjvSdV06caWeJM4P2ulMWvoBHAaCBDA==",
      usedBy: "ASP.NET Core Identity, IdentityServer, ABP, Umbraco 9",
      line: "aspnetIdentity()",
      read: stringAlone(aspnetIdentity),
    },
  ],
};
