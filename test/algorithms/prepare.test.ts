import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type PrepareStep, prepareFaults, prepareFor } from "../../lib/algorithms/prepare.ts";
import { MigrationError } from "../../lib/core/errors.ts";
import { Secret } from "../../lib/core/secret.ts";

const row = { encoded: "x", salt: "s4lt", username: "JoeUser" };
const signal = new AbortController().signal;

async function prepared(password: string | Uint8Array, ...steps: readonly PrepareStep[]): Promise<string> {
  return Buffer.from(await prepareFor("test", steps, row)(Buffer.from(password), signal)).toString("latin1");
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

describe("prepareFor", () => {
  it("leaves the password as it is without steps", async () => {
    expect(await prepared("päss")).toBe(Buffer.from("päss").toString("latin1"));
  });

  it("writes the digest in hex, or as it is told", async () => {
    const digest = createHash("md5").update("pass").digest();
    expect(await prepared("pass", { digest: "md5" })).toBe(digest.toString("hex"));
    expect(await prepared("pass", { digest: "md5", encoding: "upper-hex" })).toBe(digest.toString("hex").toUpperCase());
    expect(await prepared("pass", { digest: "md5", encoding: "base64" })).toBe(digest.toString("base64"));
    expect(await prepared("pass", { digest: "md5", encoding: "base64-unpadded" })).toBe(
      digest.toString("base64").replace("==", ""),
    );
    expect(await prepared("pass", { digest: "md5", encoding: "raw" })).toBe(digest.toString("latin1"));
  });

  it("puts a hash inside a hash with the row's salt between them", async () => {
    expect(await prepared("pass", { digest: "md5" }, { after: "salt", digest: "md5" })).toBe(md5(`${md5("pass")}s4lt`));
  });

  it("puts peppers and names before and behind the password", async () => {
    expect(await prepared("pass", { before: "lower-case username", after: Secret.fromText("!") })).toBe("joeuserpass!");
  });

  it("reads a secret by name when it is needed", async () => {
    const pepper = { name: "pepper", read: async () => "pépper", refresh: async () => "other" };
    const expected = createHmac("sha256", "pépper").update("pass").digest("hex");
    expect(await prepared("pass", { digest: "sha256", hmacKey: pepper })).toBe(expected);
  });

  it("trims what PHP trims, and nothing else", async () => {
    expect(await prepared("\0 \t\n\r\x0Bpa ss\u00a0 ", { text: "trim" })).toBe("pa ss\u00c2\u00a0");
    expect(await prepared(Buffer.from([32, 0xff, 32]), { text: "trim" })).toBe("\u00ff");
  });

  it("normalizes and recodes text, and leaves bytes that are no UTF-8", async () => {
    expect(await prepared("ﬁnale", { text: "nfkc" })).toBe("finale");
    expect(await prepared("pä", { text: "latin1" })).toBe("p\u00e4");
    expect(await prepared("pa", { text: "utf16le" })).toBe("p\0a\0");
    expect(await prepared(Buffer.from([0xff, 0xfe]), { text: "nfkc" })).toBe("\u00ff\u00fe");
  });

  it("cuts at a length and at a NUL", async () => {
    expect(await prepared("password", { truncate: 4 })).toBe("pass");
    expect(await prepared("pa\0ss", { cutAtNul: true })).toBe("pa");
  });

  it("leaves a step out for short passwords without a NUL", async () => {
    const step: PrepareStep = { onlyOver: 4, digest: "md5" };
    expect(await prepared("pass", step)).toBe("pass");
    expect(await prepared("passw", step)).toBe(md5("passw"));
    expect(await prepared("p\0s", step)).toBe(md5("p\0s"));
  });

  it.each<PrepareStep>([{ after: "salt" }, { before: "username" }, { digest: "md5", hmacKey: "salt" }])(
    "refuses a row without what %j needs",
    (step) => {
      expect(() => prepareFor("test", [step], { encoded: "x" })).toThrow(MigrationError);
    },
  );
});

describe("prepareFaults", () => {
  it("finds nothing wrong with whole steps", () => {
    expect(
      prepareFaults({ digest: "sha384", encoding: "base64", hmacKey: Secret.fromText("k"), truncate: 72 }),
    ).toEqual([]);
  });

  it("reports a key and an encoding without a digest, and lengths out of range", () => {
    const step: PrepareStep = { encoding: "hex", truncate: 0, onlyOver: 1.5 };
    expect(prepareFaults(step, "first[0].").map((fault) => fault.path)).toEqual([
      "first[0].digest",
      "first[0].truncate",
      "first[0].onlyOver",
    ]);
  });
});
