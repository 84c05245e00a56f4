import { createHash } from "node:crypto";
import { bcrypt as makeBcrypt } from "hash-wasm";
import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { nextcloud, nextcloudFamily } from "../../lib/hashes/nextcloud.ts";
import { describeFamily } from "./family-suite.ts";
import { verdict } from "./refusal.ts";

describeFamily(nextcloudFamily);

const salted = nextcloud({ passwordSalt: Secret.fromText("site") });
const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");
const hashOf = (password: string) =>
  makeBcrypt({ password, salt: Buffer.alloc(16, 7), costFactor: 4, outputType: "encoded" });

describe("nextcloud", () => {
  it("checks bcrypt of version 1 without the site's salt, and bcrypt without a version with it", async () => {
    expect(await verdict(salted, `1|${await hashOf("pw")}`, "pw")).toBe("match");
    expect(await verdict(salted, await hashOf("pwsite"), "pw")).toBe("match");
    expect(await verdict(salted, await hashOf("pw"), "pw")).toBe("mismatch");
  });

  it("checks SHA-1 with the site's salt and without it", async () => {
    expect(await verdict(salted, sha1("pwsite"), "pw")).toBe("match");
    expect(await verdict(salted, sha1("pw"), "pw")).toBe("match");
    expect(await verdict(nextcloud(), sha1("pwsite"), "pw")).toBe("mismatch");
  });

  it("claims strings with a version alone", async () => {
    expect(salted.recognizes({ encoded: sha1("pw") })).toBe(false);
    expect(salted.recognizes({ encoded: await hashOf("pw") })).toBe(false);
    expect(salted.recognizes({ encoded: `1|${await hashOf("pw")}` })).toBe(true);
  });
});
