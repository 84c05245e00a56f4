import { describe, expect, it } from "vitest";
import { scryptKdf, scryptKdfFamily } from "../../lib/hashes/scrypt-kdf.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal } from "./refusal.ts";

describeFamily(scryptKdfFamily);

describe("scryptKdf", () => {
  it("refuses a header whose checksum is another one, before any work", () => {
    const header = Buffer.from(scryptKdf().decoy?.encoded ?? "", "base64");
    header.writeUInt8(header.readUInt8(20) ^ 1, 20);
    expect(refusal(scryptKdf(), header.toString("base64")).code).toBe("HASH_DAMAGED");
  });
});
