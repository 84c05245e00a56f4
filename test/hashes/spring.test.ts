import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { bcrypt } from "../../lib/hashes/bcrypt.ts";
import { spring, springFamily } from "../../lib/hashes/spring.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(springFamily);

describe("spring", () => {
  it("hashes the encoders' secret with the password", async () => {
    // spring-security 7.1 StandardPasswordEncoder("site-wide"), from the shared vectors of spring-standard.
    const hash = "{sha256}7b1556694db1e8f80ca2b199504b71c85182e3120ba65cd4e696378f94c1f991c9ea3f456bfcdff7";
    expect(await verdict(spring({ secret: Secret.fromText("site-wide") }), hash, "springpw")).toBe("match");
    expect(await verdict(spring(), hash, "springpw")).toBe("mismatch");
  });

  it("hands an id of the project's own to the format that the settings name", async () => {
    const hash = "{house}$2b$05$E87ZXCMxYEy1G0Zan1PQYOpRfM887K8Zg.6O9Br3zxdwakaCkUmHe";
    expect(await verdict(spring({ encoders: { house: bcrypt() } }), hash, "a".repeat(72))).toBe("match");
    expect(refusal(spring(), hash).code).toBe("HASH_UNKNOWN");
  });

  it("claims no string of an LDAP directory", () => {
    const foreign = ["{SSHA}5pOIfjQ/BidGJ3x+i3zPbVnDBfRfCUMkeIxNyA==", "{MD5}X03MO1qnZdYdgyfeuILPmQ=="];
    foreign.push(
      "{pbkdf2}10000$xknxRsd0p5.8Cb6OqiCwCQ$8KTv4zRPbMnDpiwUGCRDYYLLj/g",
      "{sha256}n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
    );
    expect(foreign.map((encoded) => spring().recognizes({ encoded }))).toEqual([false, false, false, false]);
  });

  it.each(["{noop}", "{MD5}", "{bcrypt}", "{ldap}{SSHA}"])("refuses %s with nothing behind it", (encoded) => {
    expect(refusal(spring(), encoded).code).toBe("HASH_DAMAGED");
  });

  it("knows its ids as they are written: they are case-sensitive", () => {
    expect(refusal(spring(), "{md5}5f4dcc3b5aa765d61d8327deb882cf99").code).toBe("HASH_UNKNOWN");
  });
});
