// Digest and salt in one base64 text behind a mark: FortiOS (`AK1…`, `SH2…`), FSHP (`{FSHP1|16|4096}…`, the salt first)
// and SAP CODVN H (`{x-issha, 1024}…`, the digest first). SAP Note 991968; code.google.com/p/fshp.

import { nodeDigests } from "../algorithms/digest.ts";
import { type DigestFormatSettings, digestFormat, type WrittenDigest } from "../algorithms/digest-format.ts";
import { compileRecipe, type RecipeSettings } from "../algorithms/digest-recipe.ts";
import { decodeBase64 } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText, wholeNumber } from "../core/hash-bounds.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { settingFaultsOf, withSettingFaults } from "../core/setting-faults.ts";

export type SaltedBlobSettings = Omit<RecipeSettings, "pepper"> & Pick<DigestFormatSettings, "name">;

interface Blob {
  readonly claimed: RegExp;
  readonly expressions: readonly string[];
  readonly round?: string;
  /** @throws MigrationError HASH_DAMAGED */
  readonly read: (name: string, text: string) => WrittenDigest;
}

/** Real salts have 4 to 16 bytes; the oldest FSHP strings have none. */
const saltBytes = { min: 0, max: 64 };
const fortiSaltBytes = 12;
/** The constant that FortiOS hashes behind the password, from hashcat's modes 7000 and 26300. */
const fortiConstant = "a388ba2e424cb04a537930c13107cc3fa1329029a9815b70";
const fshpDigestBytes = [20, 32, 48, 64];
const sapDigestBytes: ReadonlyMap<string, number> = new Map([
  ["issha", 20],
  ["issha256", 32],
  ["issha384", 48],
  ["issha512", 64],
]);
const sapDigests = ["sha1", "sha256", "sha384", "sha512"];

const blobs: readonly Blob[] = [
  {
    // By their whole length: a DES crypt(3) hash may begin with the same letters.
    claimed: /^(?:AK1[A-Za-z0-9+/]{43}|SH2[A-Za-z0-9+/]{59})=$/,
    expressions: ["sha1", "sha256"].map((digest) => `${digest}($salt.$pass.unhex('${fortiConstant}'))`),
    read: (name, text) => {
      const digestBytes = text.startsWith("AK1") ? 20 : 32;
      return saltFirst(name, text.slice(3), { min: fortiSaltBytes, max: fortiSaltBytes }, digestBytes);
    },
  },
  {
    claimed: /^\{FSHP/,
    // PBKDF1 (RFC 8018 section 5.1) with the salt in the password's place.
    expressions: sapDigests.map((digest) => `${digest}($salt.$pass)`),
    read: (name, text) => {
      const [, variant, size, count, blob] = /^\{FSHP([0-3])\|([0-9]+)\|([0-9]+)\}(.*)$/s.exec(text) ?? [];
      const digestBytes = fshpDigestBytes[Number(variant)];
      const salt = wholeNumber(size ?? "");
      const iterations = wholeNumber(count ?? "");
      if (digestBytes === undefined || salt === undefined || iterations === undefined || blob === undefined) {
        throw damaged(name, "not of the form {FSHP0|salt bytes|iterations} and base64, with 0 to 3");
      }
      if (salt > saltBytes.max) throw damaged(name, `${salt} bytes of salt, allowed 0 to ${saltBytes.max}`);
      // FSHP's own pattern wants the padding.
      if (blob.length % 4 !== 0) throw damaged(name, "base64 without its padding");
      return { ...saltFirst(name, blob, { min: salt, max: salt }, digestBytes), iterations };
    },
  },
  {
    claimed: /^\{x-issha/i,
    expressions: sapDigests.map((digest) => `${digest}($pass.$salt)`),
    round: "digest($pass.$last)",
    read: (name, text) => {
      const [, scheme, count, blob] = /^\{x-(issha(?:256|384|512)?), ?([0-9]+)\}(.*)$/is.exec(text) ?? [];
      const digestBytes = sapDigestBytes.get(scheme?.toLowerCase() ?? "");
      const iterations = wholeNumber(count ?? "");
      if (digestBytes === undefined || iterations === undefined || blob === undefined) {
        throw damaged(name, "not of the form {x-isSHA512, iterations} and base64");
      }
      const bytes = blobBytes(name, blob, saltBytes, digestBytes);
      return { digest: bytes.subarray(0, digestBytes), salt: bytes.subarray(digestBytes), iterations };
    },
  },
];

/** Checks digests with their salt in one base64 text. */
export function saltedBlob(settings: SaltedBlobSettings = {}): HashFormat {
  const name = settings.name ?? "salted-blob";
  const members = blobs.map((blob) => ({ claimed: blob.claimed, format: blobFormat(name, blob, settings) }));
  const format: HashFormat = {
    name,
    recognizes: (stored) =>
      stored.format === undefined
        ? members.some(({ claimed }) => claimed.test(stored.encoded))
        : stored.format === name,
    // Salt and digest are random bytes, of SAP's usual cost, made once: nobody knows a password for them.
    decoy: {
      encoded:
        "{x-isSHA512, 15000}taRYkEpll4ur9TxTX4WxiOQNGDWBPR1FQCyYkSCHNl6kTzglAQUudFoB9Ou1r+XTPVJWkRYN7EuRxCNQOn6sZ9vIPeCeYmJIxnitlUit7tE=",
    },
    parse(stored) {
      const text = encodedText(name, stored);
      const member = members.find(({ claimed }) => claimed.test(text));
      if (member === undefined) throw damaged(name, "none of AK1…, SH2…, {FSHP…}…, {x-issha…}…");
      return member.format.parse(stored);
    },
  };
  // The members have the same settings, and so the same faults.
  return withSettingFaults(format, members[0] === undefined ? [] : settingFaultsOf(members[0].format));
}

function blobFormat(
  name: string,
  { claimed, expressions, round, read }: Blob,
  settings: SaltedBlobSettings,
): HashFormat {
  const recipe = { expressions, digests: nodeDigests, ...(round === undefined ? {} : { round }) };
  return digestFormat({
    family: "salted-blob",
    settings,
    claimed,
    recipe: compileRecipe(name, "product", recipe, settings),
    read: (text) => read(name, text),
  });
}

function saltFirst(name: string, blob: string, salt: typeof saltBytes, digestBytes: number): WrittenDigest {
  const bytes = blobBytes(name, blob, salt, digestBytes);
  const saltEnd = bytes.length - digestBytes;
  return { digest: bytes.subarray(saltEnd), salt: bytes.subarray(0, saltEnd) };
}

function blobBytes(name: string, blob: string, salt: typeof saltBytes, digestBytes: number): Uint8Array {
  const bound = { min: digestBytes + salt.min, max: digestBytes + salt.max };
  return bytesWithin(name, "bytes of digest and salt", decodeBase64(blob), bound);
}

const line = "saltedBlob()";
const read = stringAlone(saltedBlob);

export const saltedBlobFamily: HashFamily = {
  name: "salted-blob",
  title: "Digests with their salt in one base64 text",
  specified: "SAP Note 991968; FSHP 0.2; hashcat's list of modes for FortiOS",
  bounds: "exact lengths; 1,000,000 iterations (maxIterations, up to 5,000,000); 64 bytes of salt",
  dialects: [
    {
      id: "fortigate-sha1",
      example: "AK1FCIhM0IUIQVFJgcDFwLCMi7GppdwtRzMyDpFOFxdpH8=",
      usedBy: "FortiOS before 6",
      line,
      read,
    },
    {
      id: "fortigate-sha256",
      example: "SH2lpcpFXM5QRlWYwY5vL9+5svfYyb+c79qENpxEoB3NtZpVxKwHjuq/9TH88U=",
      usedBy: "FortiOS 6 and 7",
      line,
      read,
    },
    {
      id: "fshp",
      example: "{FSHP1|16|500}bW1NaW3NuRfivPc+Z8z5nz+cwxldgqEfkTht36p5xVMriUrrlnCf1gRfSq1D09Cd",
      usedBy: "Fairly Secure Hashed Password, passlib",
      line,
      read,
    },
    {
      id: "sap-h-issha",
      example: "{x-issha, 1024}fRLe9EvN/Le81BDEDZR5SEC0O6BhYmNkZWZnaHVrYWw=",
      usedBy: "SAP CODVN H (PWDSALTEDHASH)",
      line,
      read,
    },
  ],
};
