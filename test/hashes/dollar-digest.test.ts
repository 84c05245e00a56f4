import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { dollarDigest, dollarDigestFamily } from "../../lib/hashes/dollar-digest.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(dollarDigestFamily);

const werkzeug = dollarDigest({ writtenBy: "werkzeug" });

describe("dollarDigest", () => {
  it("reads one string as Django's or as Werkzeug's, by the setting", async () => {
    const django = "md5$s2hDp$5919fefac6b5f95b6a86ba44758016fa";
    expect(await verdict(dollarDigest(), django, "dokuwiki")).toBe("match");
    expect(await verdict(werkzeug, django, "dokuwiki")).toBe("mismatch");
  });

  it("takes Werkzeug's digests beyond SHA-1", async () => {
    const mac = createHmac("sha256", "NaCl").update("pw").digest("hex");
    expect(await verdict(werkzeug, `sha256$NaCl$${mac}`, "pw")).toBe("match");
  });

  it("hashes the password alone where Werkzeug had no salt", async () => {
    expect(await verdict(werkzeug, "md5$$5f4dcc3b5aa765d61d8327deb882cf99", "password")).toBe("match");
  });

  it("takes a plain password only as Werkzeug's, dollar signs and all, and never an empty one", async () => {
    expect(dollarDigest().recognizes({ encoded: "plain$$pw" })).toBe(false);
    expect(refusal(dollarDigest(), "plain$$pw").code).toBe("HASH_DAMAGED");
    expect(werkzeug.recognizes({ encoded: "plain$$pw" })).toBe(true);
    expect(await verdict(werkzeug, "plain$$p$w", "p$w")).toBe("match");
    expect(refusal(werkzeug, "plain$$").code).toBe("HASH_DAMAGED");
  });

  it("claims no bare MD5 and no account without a password", () => {
    for (const format of [dollarDigest(), werkzeug]) {
      expect(format.recognizes({ encoded: "5f4dcc3b5aa765d61d8327deb882cf99" })).toBe(false);
      expect(format.recognizes({ encoded: "!abcdefghijklmnopqrstuvwxyz0123456789ABCD" })).toBe(false);
    }
  });
});
