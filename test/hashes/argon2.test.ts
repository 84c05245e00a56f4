import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { argon2 } from "../../lib/hashes/argon2.ts";
import { refusal, verdict } from "./refusal.ts";
import { describeVectors, type Exception } from "./vector-suite.ts";

// Version 16 (`v=16` or no `v=`) cannot be computed here and says so; its malformed strings stay what they are.
const version16: Exception = (vector) =>
  !/\$v=(?!16)/.test(vector.hash) && vector.params.malformed !== true ? "HASH_UNKNOWN" : undefined;

const make = (secret?: Secret) => argon2(secret === undefined ? {} : { secret });
describeVectors("argon2", make, version16);

// The same hash as in the vectors, made by the argon2 command line (phc-winner-argon2 20171227).
const hash = "$argon2i$v=19$m=256,t=2,p=2$c2FsdHNhbHRzYWx0$raP+Nmy9iuyXBvnSvCkMB9mTtDm+D2bNcOBi8VHC2yc";

describe("argon2", () => {
  it("takes the parameters in any order", async () => {
    expect(await verdict(argon2(), hash.replace("m=256,t=2,p=2", "p=2,m=256,t=2"), "shellpw")).toBe("match");
  });

  it("does not match when a secret is configured that the hash was made without", async () => {
    const peppered = argon2({ secret: Secret.fromText("pepper") });
    expect(await verdict(peppered, hash, "shellpw")).toBe("mismatch");
  });

  it.each([
    ["more memory than 256 MiB", "m=262145,t=1,p=1", "argon2: 262145 KiB of memory, allowed 8 to 262144"],
    ["more passes than 64", "m=256,t=65,p=1", "argon2: 65 passes, allowed 1 to 64"],
    ["more lanes than 16", "m=256,t=1,p=17", "argon2: 17 lanes, allowed 1 to 16"],
    [
      "more work than 1,000 MiB-passes",
      "m=65536,t=16,p=1",
      "argon2: 1024 MiB of memory times passes, allowed 1 to 1000",
    ],
  ])("refuses %s", (_, parameters, message) => {
    expect(refusal(argon2(), hash.replace("m=256,t=2,p=2", parameters))).toEqual({ code: "HASH_TOO_COSTLY", message });
  });

  it.each([
    ["a parameter twice", hash.replace("p=2", "p=2,p=2")],
    ["memory below 8 KiB a lane", hash.replace("m=256", "m=15")],
    ["a salt below 8 bytes", hash.replace("c2FsdHNhbHRzYWx0", "c2FsdHNhbA")],
    ["a tag below 12 bytes", hash.replace(/\$[^$]*$/, "$raP+Nmy9iuyXBvk")],
    ["unused bits that are not zero", hash.replace(/c$/, "d")],
    ["an unknown version", hash.replace("v=19", "v=20")],
  ])("refuses %s", (_, encoded) => {
    expect(refusal(argon2(), encoded).code).toBe("HASH_DAMAGED");
  });

  it("takes as much as its settings allow, and reports those that allow too much", () => {
    const wide = argon2({ maxMemoryMiB: 512, maxWorkMiB: 2048 });
    const large = hash.replace("m=256,t=2,p=2", "m=524288,t=4,p=1");
    expect(wide.parse({ encoded: large }).memoryBytes).toBe(512 * 2 ** 20);
    const faults = settingFaultsOf(argon2({ maxMemoryMiB: 1024, maxWorkMiB: 1 }));
    expect(faults.map((fault) => fault.path)).toEqual(["maxMemoryMiB", "maxWorkMiB"]);
  });
});
