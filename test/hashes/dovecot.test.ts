import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { dovecot, dovecotFamily } from "../../lib/hashes/dovecot.ts";
import { shaCrypt } from "../../lib/hashes/sha-crypt.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(dovecotFamily);

const sha256 = createHash("sha256").update("typed").digest();

describe("dovecot", () => {
  it.each([
    ["{PLAIN.B64}", Buffer.from("typed").toString("base64")],
    ["{plain.hex}", Buffer.from("typed").toString("hex")],
    ["{SHA256.HEX}", sha256.toString("hex")],
    ["{SHA256.BASE64}", sha256.toString("base64")],
    ["{PLAIN-MD5.B64}", createHash("md5").update("typed").digest("base64")],
  ])("reads what stands behind %s", async (scheme, rest) => {
    expect(dovecot().recognizes({ encoded: scheme + rest })).toBe(true);
    expect(await verdict(dovecot(), scheme + rest, "typed")).toBe("match");
    expect(await verdict(dovecot(), scheme + rest, "other")).toBe("mismatch");
  });

  it("hands crypt(3) strings on to the formats that it is given", async () => {
    // openssl passwd -5 -salt saltstring
    const crypt = "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5";
    const encoded = `{SHA256-CRYPT.B64}${Buffer.from(crypt).toString("base64")}`;
    expect(await verdict(dovecot({ formats: [shaCrypt()] }), encoded, "Hello world!")).toBe("match");
    expect(refusal(dovecot(), encoded)).toMatchObject({ code: "HASH_UNKNOWN" });
    expect(refusal(dovecot({ formats: [shaCrypt()] }), "{MD5}$1$abcdefgh$x").message).toContain("sha-crypt");
  });

  it("takes the realm from a user name with a domain where the row has none", async () => {
    const encoded = `{DIGEST-MD5}${createHash("md5").update("joe:example.com:typed").digest("hex")}`;
    const signal = new AbortController().signal;
    const parsed = dovecot().parse({ encoded, username: "joe@example.com" });
    expect(await parsed.verify(Secret.fromText("typed"), signal)).toBe("match");
    expect(() => dovecot().parse({ encoded })).toThrow("user name");
  });

  it("leaves the schemes of LDAP to that family", () => {
    for (const encoded of ["{SHA}x", "{SSHA}x", "{MD5}x", "{SHA256}x"])
      expect(dovecot().recognizes({ encoded })).toBe(false);
  });

  it("reports formats that are none", () => {
    const none: unknown = ["md5Crypt"];
    const faults = settingFaultsOf(dovecot({ formats: none as [] }));
    expect(faults.map((fault) => fault.path)).toEqual(["formats"]);
  });
});
