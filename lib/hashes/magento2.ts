// Magento 2's `hash:salt:V[:V…]`: version 0 MD5, 1 SHA-256, 2 and `3_length_passes_bytes` Argon2id 1.3. A hash that was
// upgraded names all its versions; each takes the hexadecimal result of the one before.
// Magento\Framework\Encryption\Encryptor.

import { type Argon2Bounds, readArgon2Bounds } from "../algorithms/argon2.ts";
import { magentoStep } from "../algorithms/magento-versions.ts";
import { decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims, compareBytes, passwordToHash } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type Magento2Settings = Omit<Argon2Bounds, "provider">;

/** MD5 upgraded to SHA-256, to Argon2id and to another Argon2id: no shop has more. */
const maxVersions = 4;
const syntax = /^([0-9a-f]{32,256}):([^:]{0,128}):([0-9_]+(?::[0-9_]+)*)$/i;

/** Checks Magento 2's hashes; Argon2id off the main thread. */
export function magento2(settings: Magento2Settings = {}): HashFormat {
  const { limits, faults } = readArgon2Bounds(settings);
  const format: HashFormat = {
    name: "magento2",
    recognizes: claims("magento2", /^[0-9A-Fa-f]{32,256}:[^:]*:[0-3](?:$|[:_])/),
    parse(stored): ParsedHash {
      const [, digest, salt, list] = syntax.exec(encodedText("magento2", stored)) ?? [];
      if (digest === undefined || salt === undefined || list === undefined) {
        throw damaged("magento2", "not of the form hash:salt:version");
      }
      const versions = list.split(":");
      if (versions.length > maxVersions) {
        throw damaged("magento2", `${versions.length} versions, allowed 1 to ${maxVersions}`);
      }
      const steps = versions.map((version) => magentoStep("magento2", version, salt, limits));
      const bytes = steps.at(-1)?.bytes ?? 0;
      const expected = bytesWithin("magento2", "bytes of digest", decodeHex(digest), { min: bytes, max: bytes });
      return {
        costMs: steps.reduce((sum, step) => sum + step.costMs, 0),
        memoryBytes: Math.max(...steps.map((step) => step.memoryBytes)),
        verify: async (password, signal) => {
          let result = passwordToHash(password, signal);
          for (const [index, step] of steps.entries()) {
            signal.throwIfAborted();
            const input = index === 0 ? result : Buffer.from(Buffer.from(result).toString("hex"), "latin1");
            result = await step.run(input, signal);
          }
          return compareBytes(result, expected);
        },
      };
    },
    // Salt and tag are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded: "1f0fb0aa4dba895edf883e871b511bb2e292b278a4f3a3ff793b9bd8afa270fe:RYJtMvnvDqH67beP:3_32_2_67108864",
    },
  };
  return withSettingFaults(format, faults);
}

export const magento2Family: HashFamily = {
  name: "magento2",
  title: "Magento 2",
  specified: "Magento\\Framework\\Encryption\\Encryptor",
  bounds: "four versions; Argon2id as in argon2: 256 MiB (maxMemoryMiB), 1,000 MiB times passes (maxWorkMiB)",
  dialects: [
    {
      id: "magento2",
      example: "a1c9f67a45d363c66d42e37cdd8fe3139df641f721c0c4310cdb8271e95badf5:abcdefghijklmnopqrstuvwxyz012345:0:2",
      usedBy: "Magento 2, Adobe Commerce",
      line: "magento2()",
      read: stringAlone(magento2),
    },
  ],
};
