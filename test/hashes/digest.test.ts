import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { type DigestSettings, digest, digestFamily } from "../../lib/hashes/digest.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(digestFamily, { factory: () => digest({ expression: "sha256(md5($pass))", iterations: 3 }) });

const signal = new AbortController().signal;

function sha256(...parts: readonly (string | Uint8Array)[]): Buffer {
  const running = createHash("sha256");
  for (const part of parts) running.update(part);
  return running.digest();
}

function faults(settings: DigestSettings): readonly string[] {
  return settingFaultsOf(digest(settings)).map((fault) => fault.path);
}

describe("digest", () => {
  it("takes only rows that name it, and the rest as the last entry", () => {
    const encoded = sha256("a").toString("hex");
    const format = digest({ algorithm: "sha256", name: "old-shop" });
    expect(format.name).toBe("old-shop");
    expect(format.takesTheRest).toBe(true);
    expect(format.recognizes({ encoded })).toBe(false);
    expect(format.recognizes({ encoded, format: "old-shop" })).toBe(true);
    expect(format.recognizes({ encoded, format: "digest" })).toBe(false);
  });

  it.each([
    ["none", sha256("pw")],
    ["prefix", sha256("NaClpw")],
    ["suffix", sha256("pwNaCl")],
    ["both", sha256("NaClpwNaCl")],
  ] as const)("hashes the salt in position %s", async (position, bytes) => {
    const format = digest({ algorithm: "sha256", salt: { position } });
    const parsed = format.parse({ encoded: bytes.toString("hex"), salt: "NaCl" });
    expect(await parsed.verify(Secret.fromText("pw"), signal)).toBe("match");
    expect(await parsed.verify(Secret.fromText("pW"), signal)).toBe("mismatch");
  });

  it("fills a template with the row and the pepper", async () => {
    const format = digest({
      algorithm: "sha256",
      template: `it's:{PEPPER}--{SALT}--{PASSWORD}--{SITE}`,
      pepper: Secret.fromText("pepper"),
    });
    const encoded = sha256("it's:pepper--NaCl--pw--7").toString("base64");
    const row = { encoded, salt: "NaCl", params: { site: "7" } };
    expect(await format.parse(row).verify(Secret.fromText("pw"), signal)).toBe("match");
    expect(() => format.parse({ encoded, salt: "NaCl" })).toThrow("no site beside the string");
  });

  it("iterates over the digest's bytes, or by the round that is set", async () => {
    const plain = sha256(sha256(sha256("pw"))).toString("hex");
    expect(await verdict(digest({ algorithm: "sha256", iterations: 3 }), plain, "pw")).toBe("match");
    const withPassword = sha256(sha256("pw").toString("hex"), "pw").toString("hex");
    const format = digest({ algorithm: "sha256", iterations: 2, round: "digest(hex($last).$pass)" });
    expect(await verdict(format, withPassword, "pw")).toBe("match");
  });

  it("lets the row's own number of iterations go before the setting's", async () => {
    const encoded = sha256(sha256("pw")).toString("hex");
    const format = digest({ algorithm: "sha256", iterations: 3 });
    const parsed = format.parse({ encoded, params: { iterations: 2 } });
    expect(await parsed.verify(Secret.fromText("pw"), signal)).toBe("match");
  });

  it.each([0, -1, 1.5, "2", true])("refuses %j as a row's number of iterations", (iterations) => {
    const row = { encoded: sha256("pw").toString("hex"), params: { iterations } };
    expect(() => digest({ algorithm: "sha256" }).parse(row)).toThrow("iterations, allowed 1 to 1000000");
  });

  it("refuses more iterations than the bound, which a setting raises", () => {
    const row = { encoded: sha256("pw").toString("hex"), params: { iterations: 1_000_001 } };
    expect(() => digest({ algorithm: "sha256" }).parse(row)).toThrow("1000001 iterations, allowed 1 to 1000000");
    expect(digest({ algorithm: "sha256", maxIterations: 2_000_000 }).parse(row).costMs).toBeGreaterThan(1000);
  });

  it("stops iterating when the deadline is over", async () => {
    const controller = new AbortController();
    const encoded = sha256("pw").toString("hex");
    const parsed = digest({ algorithm: "sha256", iterations: 1_000_000 }).parse({ encoded });
    const answer = parsed.verify(Secret.fromText("pw"), controller.signal);
    controller.abort(new Error("over"));
    await expect(answer).rejects.toThrow("over");
  });

  it("takes either way of writing the digest, or the one that is set", async () => {
    const bytes = sha256("pw");
    const either = digest({ algorithm: "sha256" });
    expect(await verdict(either, bytes.toString("hex").toUpperCase(), "pw")).toBe("match");
    expect(await verdict(either, bytes.toString("base64"), "pw")).toBe("match");
    expect(await verdict(either, bytes.toString("base64").replace("=", ""), "pw")).toBe("match");
    expect(refusal(digest({ algorithm: "sha256", encoding: "hex" }), bytes.toString("base64")).code).toBe(
      "HASH_DAMAGED",
    );
    expect(refusal(digest({ algorithm: "sha256", encoding: "base64" }), bytes.toString("hex")).code).toBe(
      "HASH_DAMAGED",
    );
  });

  it("decodes a salt that is kept in hexadecimal, and refuses one that is not", async () => {
    const format = digest({ algorithm: "sha256", salt: { position: "prefix", encoding: "hex" } });
    const encoded = sha256(Buffer.from("00ff", "hex"), "pw").toString("hex");
    expect(await format.parse({ encoded, salt: "00ff" }).verify(Secret.fromText("pw"), signal)).toBe("match");
    expect(() => format.parse({ encoded, salt: "0g" })).toThrow("not in its encoding");
  });

  it("hashes the password in the old site's character set", async () => {
    const encoded = sha256(Buffer.from("efe0f0eeebfc", "hex")).toString("hex");
    const format = digest({ algorithm: "sha256", passwordEncoding: "windows-1251" });
    expect(await verdict(format, encoded, "пароль")).toBe("match");
    expect(await verdict(format, encoded, "密码")).toBe("mismatch");
  });

  it("refuses a row without the salt that the settings name", () => {
    const format = digest({ algorithm: "md5", salt: { position: "prefix" } });
    expect(refusal(format, "8743b52063cd84097a65d1633f5c74f5")).toEqual({
      code: "HASH_DAMAGED",
      message: "digest: no salt beside the string, or not in its encoding",
    });
  });

  it.each([
    [{}, ["algorithm"]],
    [{ algorithm: "whirlpool" }, ["algorithm"]],
    [{ algorithm: "md5", expression: "md5($pass)" }, ["algorithm"]],
    [{ algorithm: "md5", template: "{SALT}" }, ["template"]],
    [{ algorithm: "md5", template: "{PASSWORD}", salt: { position: "prefix" } }, ["expression"]],
    [{ algorithm: "md5", salt: { position: "middle" } }, ["salt.position"]],
    [{ algorithm: "md5", iterations: 0 }, ["iterations"]],
    [{ algorithm: "md5", pepper: Secret.fromText("unused") }, ["pepper"]],
    [{ expression: "md5($pepper.$pass)" }, ["pepper"]],
    [{ expression: "md5($pass" }, ["expression"]],
    [{ algorithm: "md5", passwordEncoding: "ebcdic", name: "Old shop" }, ["name", "passwordEncoding"]],
    [{ algorithm: "md5", maxIterations: 1 }, ["maxIterations"]],
  ])("reports wrong settings %j at their places", (settings, paths) => {
    expect(faults(settings as DigestSettings)).toEqual(paths);
    expect(refusal(digest(settings as DigestSettings), "8743b52063cd84097a65d1633f5c74f5").code).toBe("HASH_DAMAGED");
  });
});
