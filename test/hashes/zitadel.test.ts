import { describe, expect, it } from "vitest";
import { bcrypt } from "../../lib/hashes/bcrypt.ts";
import { zitadel, zitadelFamily } from "../../lib/hashes/zitadel.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(zitadelFamily);

describe("zitadel", () => {
  const hash = "$2b$05$E87ZXCMxYEy1G0Zan1PQYOpRfM887K8Zg.6O9Br3zxdwakaCkUmHe";

  it("hands what is not its own to the formats in its settings, with their decoy", async () => {
    const format = zitadel({ formats: [bcrypt()] });
    expect(await verdict(format, hash, "a".repeat(72))).toBe("match");
    expect(format.decoy).toEqual({ format: "zitadel", encoded: bcrypt().decoy?.encoded });
  });

  it("names the formats that it has when none of them claims the string", () => {
    expect(refusal(zitadel(), hash)).toMatchObject({ code: "HASH_UNKNOWN" });
    expect(refusal(zitadel({ formats: [bcrypt()] }), "$argon2id$v=19$x").message).toContain("bcrypt are listed");
  });

  it("does not hand a string to itself", () => {
    const inner = zitadel();
    expect(refusal(zitadel({ formats: [inner] }), hash).code).toBe("HASH_UNKNOWN");
  });

  it("claims MD5 in hexadecimal from rows that name the format alone", () => {
    const encoded = "5f4dcc3b5aa765d61d8327deb882cf99";
    expect(zitadel().recognizes({ encoded })).toBe(false);
    expect(zitadel().recognizes({ encoded, format: "zitadel" })).toBe(true);
  });
});
