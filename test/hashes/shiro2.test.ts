import { describe, expect, it } from "vitest";
import { shiro2, shiro2Family } from "../../lib/hashes/shiro2.ts";
import { describeFamily } from "./family-suite.ts";
import { verdict } from "./refusal.ts";

describeFamily(shiro2Family);

describe("shiro2", () => {
  it("checks Argon2's strings as well as bcrypt's", async () => {
    // Made by the argon2 command line (phc-winner-argon2 20171227).
    const hash = "$argon2i$v=19$m=256,t=2,p=2$c2FsdHNhbHRzYWx0$raP+Nmy9iuyXBvnSvCkMB9mTtDm+D2bNcOBi8VHC2yc";
    expect(await verdict(shiro2(), `$shiro2${hash}`, "shellpw")).toBe("match");
    expect(await verdict(shiro2(), `$shiro2${hash}`, "shellpv")).toBe("mismatch");
  });
});
