import { describe, expect, it } from "vitest";
import { hmacStreebog256, streebog } from "../../lib/algorithms/streebog.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
/** M1 of RFC 6986 section 10.1: 63 bytes, one less than a block. Its digests are written there the other way round. */
const first = Buffer.from("012345678901234567890123456789012345678901234567890123456789012");

describe("streebog", () => {
  it("gives the digests of RFC 6986 section 10.1", () => {
    expect(hex(streebog(512, first))).toBe(
      "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48",
    );
    expect(hex(streebog(256, first))).toBe("9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500");
  });

  // Made by Nettle 3.8.1.
  it.each([
    [
      0,
      0,
      "3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb",
      "8e945da209aa869f0455928529bcae4679e9873ab707b55315f56ceb98bef0a7362f715528356ee83cda5f2aac4c6ad2ba3a715c1bcd81cb8e9f90bf4c1c1a8a",
    ],
    [
      64,
      255,
      "964a5ab60286f106288743e2fe1a422d160898ca1bd535e831aa500cfe34d7e8",
      "41629de677d7e8090c3cd70affe3300d1e1cfba2db97945ec37feb4e1375bc02a53f00370b7d715b07f37f93cac844efadbfd1b85f9ddae3de9656c0e95affc7",
    ],
    [
      65,
      1,
      "7df223225628633e56f209b09d426dfa6af970b3242d2d9f3556fb6d75f71fda",
      "9b65e168d2bcfacf3c0d7c0d94d9dacfaed38ff38fb632a9c3280e6dac448414fae334ae6fd64131348755c4a20d9bcf6f2232e83de5698ab5894c3b942c0c5a",
    ],
    [
      200,
      170,
      "7829e5421e320c771f8733eb66087db0c2d1110003352ba335acb6ba08f08356",
      "2d937396a70a1c41c81c60a6a556bf61c69b6dd68735af169104ff247fee66383d9db601c4102bc2d42c24b62e45b3874dbf48b2663715216f6b1c516341058f",
    ],
  ])("hashes %i bytes of %i", (length, byte, digest256, digest512) => {
    expect(hex(streebog(256, Buffer.alloc(length, byte)))).toBe(digest256);
    expect(hex(streebog(512, Buffer.alloc(length, byte)))).toBe(digest512);
  });

  it("gives the HMAC of RFC 7836 appendix A.1", () => {
    const key = Buffer.from("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "hex");
    const data = Buffer.from("0126bdb87800af214341456563780100", "hex");
    expect(hex(hmacStreebog256(key, data))).toBe("a1aa5f7de402d7b3d323f2991c8d4534013137010a83754fd0af6d7cd4922ed9");
  });
});
