// The header of Tarsnap's scrypt files, used as a password hash: base64 of 96 bytes, `scrypt` and a NUL, log2 N (1 byte),
// r and p (4 bytes each, big-endian), 32 of salt, 16 of checksum, 32 of HMAC under the second half of the key.
// github.com/Tarsnap/scrypt FORMAT; npm scrypt-kdf.

import { createHash, createHmac } from "node:crypto";
import { readScryptBounds, type ScryptBounds, scryptHash } from "../algorithms/scrypt.ts";
import { decodeBase64 } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims, compareBytes } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type ScryptKdfSettings = ScryptBounds;

const headerBytes = { min: 96, max: 96 };
const macBytes = { min: 32, max: 32 };
const magic = Buffer.from("scrypt\0");

/** Checks the keys of scrypt-kdf with node:crypto, off the main thread. */
export function scryptKdf(settings: ScryptKdfSettings = {}): HashFormat {
  const { limits, faults } = readScryptBounds(settings);
  const format: HashFormat = {
    name: "scrypt-kdf",
    // Base64 of the magic bytes and of a log2 N below 64.
    recognizes: claims("scrypt-kdf", /^c2NyeXB0A[A-D]/),
    parse(stored): ParsedHash {
      const decoded = decodeBase64(encodedText("scrypt-kdf", stored));
      const header = Buffer.from(bytesWithin("scrypt-kdf", "bytes", decoded, headerBytes));
      if (!header.subarray(0, 7).equals(magic)) throw damaged("scrypt-kdf", "does not begin with `scrypt`");
      const parsed = scryptHash({
        ...{ format: "scrypt-kdf", limits, n: 2 ** header.readUInt8(7) },
        ...{ r: header.readUInt32BE(8), p: header.readUInt32BE(12), salt: header.subarray(16, 48) },
        ...{ key: header.subarray(64), keyBytes: macBytes },
        finish: { keyLength: 64, apply: async (derived) => mac(derived.subarray(32), header.subarray(0, 64)) },
      });
      const checksum = createHash("sha256").update(header.subarray(0, 48)).digest().subarray(0, 16);
      if (compareBytes(checksum, header.subarray(48, 64)) !== "match") {
        throw damaged("scrypt-kdf", "its checksum is another one");
      }
      return parsed;
    },
    // Salt and MAC are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        "c2NyeXB0AA4AAAAIAAAAAWzj6Lmt+qkA6l02/cfYI6NIi+uicOWZJVsP+IWp/vIqSYKDlvcj94UVVcuA66nXNsONCzAVXj7cNmAUHcz/REUqwoUlF6JI4UHv1qoBy9tS",
    },
  };
  return withSettingFaults(format, faults);
}

function mac(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(bytes).digest();
}

export const scryptKdfFamily: HashFamily = {
  name: "scrypt-kdf",
  title: "scrypt-kdf (Tarsnap's header)",
  specified: "Tarsnap scrypt FORMAT; RFC 7914",
  bounds: "256 MiB of 128 N r (maxMemoryMiB, up to 512), N r p of 2^22 (maxWork, up to 2^24), r and p up to 64",
  dialects: [
    {
      id: "scrypt-kdf",
      example:
        "c2NyeXB0AAoAAAAIAAAAAYe0UBmApUa3QV3TwfNygM8OGy9el2FWNNe2PM04IJ+vKH+Hjz7der8dxVqHxLyW5Yf6TgyHUexV1JuPqqjX5+l7zWUPu/kQmwrsF8jfT5c4",
      usedBy: "npm scrypt-kdf, Medusa",
      line: "scryptKdf()",
      read: stringAlone(scryptKdf),
    },
  ],
};
