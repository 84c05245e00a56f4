import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { colonDigest } from "../../lib/hashes/colon-digest.ts";
import { dollarDigest } from "../../lib/hashes/dollar-digest.ts";
import { magento2 } from "../../lib/hashes/magento2.ts";
import { qnx } from "../../lib/hashes/qnx.ts";
import { saltedBlob } from "../../lib/hashes/salted-blob.ts";
import { taggedDigest } from "../../lib/hashes/tagged-digest.ts";

const formats = [colonDigest(), dollarDigest(), magento2(), qnx(), saltedBlob(), taggedDigest()];

describe("decoys of digests with their salt inside", () => {
  it.each(formats.map((format) => [format.name, format] as const))("%s claims its own, no other does", (_, format) => {
    const decoy = format.decoy ?? { encoded: "" };
    expect(formats.filter((one) => one.recognizes(decoy))).toEqual([format]);
  });

  it.each(formats.map((format) => [format.name, format] as const))(
    "%s lets nobody in by its own",
    async (_, format) => {
      const parsed = format.parse(format.decoy ?? { encoded: "" });
      expect(await parsed.verify(Secret.fromText("password"), new AbortController().signal)).toBe("mismatch");
    },
  );
});
