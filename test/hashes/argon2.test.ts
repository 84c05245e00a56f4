import { argon2Sync, createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { argon2, argon2Family } from "../../lib/hashes/argon2.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(argon2Family);

// The same hash as in the vectors, made by the argon2 command line (phc-winner-argon2 20171227).
const hash = "$argon2i$v=19$m=256,t=2,p=2$c2FsdHNhbHRzYWx0$raP+Nmy9iuyXBvnSvCkMB9mTtDm+D2bNcOBi8VHC2yc";

describe("argon2", () => {
  it("makes hashes that its own check and OpenSSL's take, each with a salt of its own", async () => {
    const [one, other] = await Promise.all([0, 1].map(() => argon2().hash?.(Secret.fromText("Zoë's own"))));
    const [, salt = "", tag = ""] = /m=19456,t=2,p=1\$([^$]+)\$([^$]+)$/.exec(one?.encoded ?? "") ?? [];
    expect(await verdict(argon2(), one?.encoded ?? "", "Zoë's own")).toBe("match");
    expect(await verdict(argon2(), one?.encoded ?? "", "Zoe's own")).toBe("mismatch");
    expect(other?.encoded).not.toBe(one?.encoded);
    const size = { parallelism: 1, tagLength: 32, memory: 19_456, passes: 2 };
    const made = argon2Sync("argon2id", { message: "Zoë's own", nonce: Buffer.from(salt, "base64"), ...size });
    expect(made.toString("base64").replace(/=+$/, "")).toBe(tag);
  });

  it("makes none where a pepper or an older hash goes in", () => {
    expect(argon2({ secret: Secret.fromText("pepper") }).hash).toBeUndefined();
  });

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

  // The string of a right password, made by the argon2 command line with -v 10.
  const version16 = "$argon2id$v=16$m=256,t=2,p=1$c2FsdHNhbHRzYWx0$eOovcufnINKTVliQT9P/ky2oNUpZ5E8JjnPUFEF38vw";

  it("takes a string without v= for version 16, at its own cost", async () => {
    expect(await verdict(argon2(), version16.replace("$v=16", ""), "old version")).toBe("match");
    const cost = (encoded: string) => argon2().parse({ encoded }).costMs;
    expect(cost(version16)).toBeGreaterThan(cost(version16.replace("v=16", "v=19")));
  });

  it("refuses more work than 512 MiB-passes of version 16", () => {
    const large = version16.replace("m=256,t=2", "m=262144,t=3");
    expect(refusal(argon2(), large).code).toBe("HASH_TOO_COSTLY");
  });

  it("cuts the work of version 16 when the deadline is over", async () => {
    const over = new Error("over");
    const cut = new AbortController();
    const parsed = argon2().parse({ encoded: version16.replace("m=256,t=2", "m=65536,t=4") });
    setTimeout(() => cut.abort(over), 1);
    await expect(parsed.verify(Secret.fromText("any"), cut.signal)).rejects.toBe(over);
  });

  it("computes with the provider where there is one, for a third of the cost", async () => {
    const fast = argon2({ provider: () => import("@node-rs/argon2") });
    expect(await verdict(fast, hash, "shellpw")).toBe("match");
    expect(await verdict(fast, hash, "shellpv")).toBe("mismatch");
    expect(await verdict(fast, version16, "old version")).toBe("match");
    const cost = (format: typeof fast) => format.parse({ encoded: hash }).costMs;
    expect(cost(fast)).toBeLessThan(cost(argon2()));
  });

  it("leaves associated data, which the provider has not, to Node", async () => {
    const never = argon2({ provider: () => Promise.reject(new Error("not deployed")) });
    expect(await verdict(never, hash.replace("p=2", "p=2,data=AAAA"), "shellpw")).toBe("mismatch");
    await expect(verdict(never, hash, "shellpw")).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("takes a key's name only where a key is set, which is read by name", async () => {
    const named = hash.replace("p=2", "p=2,keyid=Zm9v");
    expect(refusal(argon2(), named).code).toBe("HASH_UNKNOWN");
    const read = async () => "pepper";
    const peppered = argon2({ secret: { name: "pepper", read, refresh: read } });
    const parameters = { message: Buffer.from("pw"), nonce: Buffer.from("saltsalt"), parallelism: 1, tagLength: 32 };
    const tag = argon2Sync("argon2id", { ...parameters, memory: 64, passes: 1, secret: Buffer.from("pepper") });
    const text = tag.toString("base64").replace(/=+$/, "");
    expect(await verdict(peppered, `$argon2id$v=19$m=64,t=1,p=1,keyid=Zm9v$c2FsdHNhbHQ$${text}`, "pw")).toBe("match");
  });

  it.each(["{ARGON2}", "{argon2id}", "{Argon2I}", ":argon2:", "argon2"])(
    "claims %s before the string",
    async (prefix) => {
      expect(argon2().recognizes({ encoded: `${prefix}${hash}` })).toBe(true);
      expect(await verdict(argon2(), `${prefix}${hash}`, "shellpw")).toBe("match");
    },
  );

  it("checks an older hash inside", async () => {
    const parameters = { nonce: Buffer.from("saltsalt"), parallelism: 1, tagLength: 32, memory: 64, passes: 1 };
    const message = createHash("md5").update("pw").digest("hex");
    const tag = argon2Sync("argon2id", { ...parameters, message: Buffer.from(message) });
    const text = tag.toString("base64").replace(/=+$/, "");
    const encoded = `$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$${text}`;
    expect(await verdict(argon2({ prepare: [{ digest: "md5" }] }), encoded, "pw")).toBe("match");
    expect(await verdict(argon2(), encoded, "pw")).toBe("mismatch");
  });
});
