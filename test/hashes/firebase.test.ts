import { describe, expect, it } from "vitest";
import type { SecretRef } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { firebase, firebaseFamily } from "../../lib/hashes/firebase.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(firebaseFamily);

// The sample of github.com/firebase/scrypt.
const signerKey = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";
const row = {
  format: "firebase",
  encoded: "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
  salt: "42xEC+ixf3L2lw==",
};
const password = Secret.fromText("user1password");
const never = new AbortController().signal;

function named(text: string): SecretRef {
  return { name: "firebase-signer-key", read: async () => text, refresh: async () => text };
}

describe("firebase", () => {
  it("reads the signer key as the console shows it, from a secret by name", async () => {
    const format = firebase({ signerKey: named(`${signerKey}\n`) });
    expect(await format.parse(row).verify(password, never)).toBe("match");
  });

  it("takes the URL-safe alphabet of the Admin SDK's listUsers", async () => {
    const urlSafe = (text: string): string => text.replaceAll("+", "-").replaceAll("/", "_");
    const format = firebase({ signerKey: Secret.fromText(signerKey) });
    const parsed = format.parse({ ...row, encoded: urlSafe(row.encoded), salt: urlSafe(row.salt) });
    expect(await parsed.verify(password, never)).toBe("match");
  });

  it("does not call a wrong signer key a wrong password", async () => {
    const format = firebase({ signerKey: named("not base64!") });
    await expect(format.parse(row).verify(password, never)).rejects.toMatchObject({ code: "SECRET_INVALID" });
  });

  it("refuses a row without its salt, and one whose hash is cut", () => {
    const format = firebase({ signerKey: Secret.fromText(signerKey) });
    expect(() => format.parse({ format: "firebase", encoded: row.encoded })).toThrow("0 bytes of salt");
    expect(() => format.parse({ ...row, encoded: "lSrfV15cpx95" })).toThrow("9 bytes of hash");
  });

  it("reports what an algorithm needs", () => {
    const paths = (settings: Parameters<typeof firebase>[0]) =>
      settingFaultsOf(firebase(settings)).map((one) => one.path);
    expect(paths({})).toEqual(["signerKey"]);
    expect(paths({ algorithm: "HMAC_SHA256" })).toEqual(["signerKey"]);
    expect(paths({ algorithm: "PBKDF2_SHA256" })).toEqual(["rounds"]);
    expect(paths({ algorithm: "STANDARD_SCRYPT" })).toEqual(["memoryCost", "parallelization", "blockSize"]);
    expect(paths({ algorithm: "SHA512", saltSeparator: "!" })).toEqual(["saltSeparator"]);
  });

  it("claims no bare base64", () => {
    expect(firebase().recognizes({ encoded: row.encoded, salt: row.salt })).toBe(false);
  });
});
