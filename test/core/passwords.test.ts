import { describe, expect, it } from "vitest";
import { type HashBudget, openPasswordChecker } from "../../lib/core/passwords.ts";
import type { HashFormat } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";
import { bcrypt } from "../../lib/hashes/bcrypt.ts";
import { customPassword } from "../../lib/hashes/custom-password.ts";
import { pbkdf2 } from "../../lib/hashes/pbkdf2.ts";
import { phpass } from "../../lib/hashes/phpass.ts";
import { scrypt } from "../../lib/hashes/scrypt.ts";
import { aDeadline, aDeadlineWith } from "../support/deadline.ts";
import { aLegacyUser, annsPassword, storedHash } from "../support/legacy-user.ts";
import { aBudget, testFormats } from "../support/services.ts";

const right = Secret.fromText(annsPassword);
const wrong = Secret.fromText(`${annsPassword} `);

function check(password: Secret, user = aLegacyUser(), formats = testFormats, budget: HashBudget = aBudget) {
  return openPasswordChecker(formats, budget).check(password, user, aDeadline());
}

/** A function of the adopter's that notes when it begins and ends. */
function noted(log: string[], answer: (password: string) => boolean | Promise<boolean>): HashFormat {
  return customPassword({
    name: "house",
    verify: async (password) => {
      log.push(`begin ${password}`);
      const verdict = await answer(password);
      log.push(`end ${password}`);
      return verdict;
    },
  });
}

describe("check", () => {
  it("tells the right password from any other", async () => {
    expect(await check(right)).toBe("match");
    expect(await check(wrong)).toBe("mismatch");
    expect(await check(Secret.fromText(annsPassword.toUpperCase()))).toBe("mismatch");
  });

  it("keeps no verdict: a right password followed at once by a wrong one is refused", async () => {
    const checker = openPasswordChecker(testFormats, aBudget);
    const tries = [right, wrong, right, wrong].map((password) => checker.check(password, aLegacyUser(), aDeadline()));
    expect(await Promise.all(tries)).toEqual(["match", "mismatch", "match", "mismatch"]);
  });

  it("takes a password that matches any of several hashes, and works through all of them", async () => {
    const log: string[] = [];
    const house = noted(log, () => false);
    const password = [
      { encoded: storedHash("old") },
      { encoded: storedHash(annsPassword) },
      { encoded: "x", format: "house" },
    ];
    expect(await check(right, aLegacyUser({ password }), [...testFormats, house])).toBe("match");
    expect(log).toEqual([`begin ${annsPassword}`, `end ${annsPassword}`]);
    expect(await check(wrong, aLegacyUser({ password }), [...testFormats, house])).toBe("mismatch");
  });

  it("works on one hash at a time", async () => {
    const log: string[] = [];
    const checker = openPasswordChecker(
      [noted(log, async () => new Promise((done) => setImmediate(done, true)))],
      aBudget,
    );
    const user = aLegacyUser({ password: { encoded: "x" } });
    await Promise.all(["a", "b", "c"].map((text) => checker.check(Secret.fromText(text), user, aDeadline())));
    expect(log).toEqual(["begin a", "end a", "begin b", "end b", "begin c", "end c"]);
  });

  it("goes on with the next one after one that failed", async () => {
    const checker = openPasswordChecker(
      [noted([], (text) => text === "good" || Promise.reject(new Error("down")))],
      aBudget,
    );
    const user = aLegacyUser({ password: { encoded: "x" } });
    const failing = checker.check(Secret.fromText("bad"), user, aDeadline());
    const next = checker.check(Secret.fromText("good"), user, aDeadline());
    await expect(failing).rejects.toMatchObject({ code: "PASSWORD_FUNCTION_FAILED" });
    expect(await next).toBe("match");
  });

  it("gives the adopter's function what no format claims, where it stands last", async () => {
    const user = aLegacyUser({ password: { encoded: "house-hash" } });
    expect(await check(right, user, [...testFormats, noted([], () => true)])).toBe("match");
    await expect(check(right, user, [noted([], () => true), ...testFormats])).rejects.toMatchObject({
      code: "HASH_UNKNOWN",
    });
  });

  it.each<readonly [string, Partial<ReturnType<typeof aLegacyUser>>, string]>([
    ["no stored password", { password: [] }, "HASH_UNKNOWN"],
    ["an empty one", { password: { encoded: "" } }, "HASH_UNKNOWN"],
    ["a string of no listed format", { password: { encoded: "{SSHA}canary" } }, "HASH_UNKNOWN"],
    ["a format that is not listed", { password: { encoded: "canary", format: "md5" } }, "HASH_UNKNOWN"],
    ["a string cut short", { password: { encoded: storedHash(annsPassword).slice(0, -9) } }, "HASH_DAMAGED"],
    [
      "one damaged hash of two",
      { password: [{ encoded: storedHash(annsPassword) }, { encoded: "$P$canary" }] },
      "HASH_DAMAGED",
    ],
    [
      "an absurd cost",
      { password: { encoded: storedHash("canary").replace("$1$", "$999999999$") } },
      "HASH_TOO_COSTLY",
    ],
  ])("calls the record unusable for %s, without a word of it", async (_, overrides, code) => {
    const { password: _password, ...rest } = aLegacyUser();
    const failure = await check(right, { ...rest, ...overrides }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect(String(failure)).not.toContain("canary");
  });
});

describe("the budget", () => {
  it("refuses a hash that needs more memory than the function has for one", async () => {
    const encoded = scrypt().decoy?.encoded ?? "";
    const tight = { ...aBudget, memoryBytes: 1_048_576 };
    await expect(check(right, aLegacyUser({ password: { encoded } }), [scrypt()], tight)).rejects.toMatchObject({
      code: "HASH_TOO_COSTLY",
    });
  });

  it("refuses hashes that together need more time than a sign-in has, at this function's speed", async () => {
    const encoded = bcrypt().decoy?.encoded ?? "";
    const user = aLegacyUser({ password: [{ encoded }, { encoded }] });
    const slow = { ...aBudget, timeMs: 1000, processorShare: 0.1 };
    await expect(check(right, user, [bcrypt()], slow)).rejects.toMatchObject({ code: "HASH_TOO_COSTLY" });
  });

  it("begins no work that the time left does not suffice for: a fault of the moment, not of the record", async () => {
    const encoded = bcrypt().decoy?.encoded ?? "";
    const checker = openPasswordChecker([bcrypt()], aBudget);
    const late = checker.check(right, aLegacyUser({ password: { encoded } }), aDeadlineWith(300));
    await expect(late).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
  });
});

describe("decoy", () => {
  /** phpass, which notes each work done. */
  function counted(log: string[], format: HashFormat = phpass()): HashFormat {
    return {
      ...format,
      parse: (stored) => {
        const parsed = format.parse(stored);
        return {
          ...parsed,
          verify: (password, signal) => {
            log.push(format.name);
            return parsed.verify(password, signal);
          },
        };
      },
    };
  }

  it("does the work of the first format that has one", async () => {
    const log: string[] = [];
    const checker = openPasswordChecker([noted([], () => true), counted(log), counted(log, pbkdf2())], aBudget);
    await checker.decoy(right, aDeadline());
    expect(log).toEqual(["phpass"]);
  });

  it("does nothing where no format has one", async () => {
    const checker = openPasswordChecker([noted([], () => true)], aBudget);
    expect(await checker.decoy(right, aDeadline())).toBeUndefined();
  });

  it.each(["", "x".repeat(1025), "é".repeat(600)])(
    "does its work for a password that is no password (%#)",
    async (text) => {
      const log: string[] = [];
      await openPasswordChecker([counted(log)], aBudget).decoy(Secret.fromText(text), aDeadline());
      expect(log).toEqual(["phpass"]);
    },
  );

  it("makes no fault of a decoy that this function has no memory or time for", async () => {
    const checker = openPasswordChecker([scrypt()], { ...aBudget, memoryBytes: 1_048_576 });
    expect(await checker.decoy(right, aDeadline())).toBeUndefined();
  });
});
