import { describe, expect, it } from "vitest";
import { saltedBlob, saltedBlobFamily } from "../../lib/hashes/salted-blob.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal } from "./refusal.ts";

describeFamily(saltedBlobFamily);

describe("saltedBlob", () => {
  it.each([
    ["{FSHP1|16|2147483647}bW1NaW3NuRfivPc+Z8z5nz+cwxldgqEfkTht36p5xVMriUrrlnCf1gRfSq1D09Cd", "HASH_TOO_COSTLY"],
    ["{FSHP1|15|500}bW1NaW3NuRfivPc+Z8z5nz+cwxldgqEfkTht36p5xVMriUrrlnCf1gRfSq1D09Cd", "HASH_DAMAGED"],
    ["{FSHP4|16|500}bW1NaW3NuRfivPc+Z8z5nz+cwxldgqEfkTht36p5xVMriUrrlnCf1gRfSq1D09Cd", "HASH_DAMAGED"],
    ["{x-issha, 1e3}fRLe9EvN/Le81BDEDZR5SEC0O6BhYmNkZWZnaHVrYWw=", "HASH_DAMAGED"],
    ["{x-issha, 0}fRLe9EvN/Le81BDEDZR5SEC0O6BhYmNkZWZnaHVrYWw=", "HASH_DAMAGED"],
    ["{x-isSHA512, 1024}fRLe9EvN/Le81BDEDZR5SEC0O6BhYmNkZWZnaHVrYWw=", "HASH_DAMAGED"],
    ["AK1****", "HASH_DAMAGED"],
  ])("refuses %s", (text, code) => {
    expect(refusal(saltedBlob(), text).code).toBe(code);
  });
});
