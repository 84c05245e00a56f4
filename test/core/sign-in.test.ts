import { describe, expect, it } from "vitest";
import { complete } from "../../lib/core/completion.ts";
import { MigrationError } from "../../lib/core/errors.ts";
import type { Secret } from "../../lib/core/secret.ts";
import { lookUp } from "../../lib/core/sign-in.ts";
import { onBlock } from "../../lib/core/transitions.ts";
import type { LegacyUser } from "../../lib/core/user.ts";
import { custom } from "../../lib/sources/custom.ts";
import { aDeadline } from "../support/deadline.ts";
import { aLegacyUser, annsPassword, storedHash } from "../support/legacy-user.ts";
import { aCompletion, aLookUp } from "../support/services.ts";
import { aSignInSetting } from "../support/sign-in-setting.ts";

describe("signIn", () => {
  it("takes the right password, and writes that it did", async () => {
    const { signIn, rows, counts } = await aSignInSetting();
    expect(await signIn("ann")).toMatchObject({
      kind: "verified",
      weak: false,
      platformUsername: "ann",
      legacyKey: "1",
      byAlias: false,
      user: { id: "1" },
    });
    expect(await rows()).toMatchObject([{ state: "verified", identifiers: ["ann", "ann@example.com"], version: 1 }]);
    expect(await counts()).toEqual({ verified: 1 });
  });

  it("gives one name for every way to sign in, and says when an alias was typed", async () => {
    const { signIn, rows } = await aSignInSetting();
    expect(await signIn("ANN@example.com")).toMatchObject({ platformUsername: "ann", byAlias: true });
    expect(await signIn("Ann")).toMatchObject({ platformUsername: "ann", byAlias: false });
    expect(await rows()).toHaveLength(1);
  });

  it("checks afresh at every attempt: a right password followed at once by a wrong one is refused", async () => {
    const { signIn, rows } = await aSignInSetting();
    const answers = await Promise.all(
      ["ann", "ann", "ann"].map((name, index) => signIn(name, index === 1 ? "wrong" : annsPassword)),
    );
    expect(answers.map((answer) => answer.kind)).toEqual(["verified", "denied", "verified"]);
    expect(await signIn("ann", "wrong")).toEqual({ kind: "denied", reason: "wrong-password" });
    expect(await rows()).toHaveLength(1);
  });

  it("says when a right password is too weak to keep", async () => {
    const { signIn } = await aSignInSetting(undefined, { weak: (password) => password.byteLength < 100 });
    expect(await signIn("ann")).toMatchObject({ kind: "verified", weak: true });
  });

  it.each<readonly [string, readonly LegacyUser[], string | Secret, object, string]>([
    ["an unknown user", [], annsPassword, { reason: "unknown-user" }, "decoy"],
    ["a wrong password", [aLegacyUser()], "wrong", { reason: "wrong-password" }, "check"],
    ["a disabled user", [aLegacyUser({ enabled: false })], annsPassword, { reason: "disabled" }, "check"],
    [
      "a disabled user and a wrong password",
      [aLegacyUser({ enabled: false })],
      "wrong",
      { reason: "wrong-password" },
      "check",
    ],
    [
      "an empty password",
      [aLegacyUser({ password: { encoded: storedHash("") } })],
      "",
      { reason: "wrong-password" },
      "decoy",
    ],
    ["a password of 1,025 bytes", [aLegacyUser()], "x".repeat(1025), { reason: "wrong-password" }, "decoy"],
    [
      "a password of 600 characters and 1,200 bytes",
      [aLegacyUser()],
      "é".repeat(600),
      { reason: "wrong-password" },
      "decoy",
    ],
    [
      "a damaged hash",
      [aLegacyUser({ password: { encoded: "$P$Bcanary" } })],
      annsPassword,
      { reason: "unusable-record", code: "HASH_DAMAGED" },
      "check decoy",
    ],
    [
      "an unknown hash",
      [aLegacyUser({ password: { encoded: "!" } })],
      annsPassword,
      { reason: "unusable-record", code: "HASH_UNKNOWN" },
      "check decoy",
    ],
  ])("denies %s after the work of one check, and writes nothing", async (_, users, password, expected, work) => {
    const setting = await aSignInSetting(users);
    expect(await setting.signIn("ann@example.com", password)).toEqual({ kind: "denied", ...expected });
    expect(setting.work.join(" ")).toBe(work);
    expect(await setting.items()).toEqual([]);
  });

  it.each(["", " ", "a".repeat(257), "ann\u0000", "ann\ud800", "a".repeat(4096)])(
    "denies the identifier %j without asking anybody",
    async (identifier) => {
      const { signIn, asked, local, work } = await aSignInSetting();
      expect(await signIn(identifier)).toEqual({ kind: "denied", reason: "unknown-user" });
      expect([asked, work, local.requests.get("GetItem")]).toEqual([[], ["decoy"], undefined]);
    },
  );

  it.each(["ann' or '1'='1", "*", "ann%", "%s", "__proto__", "ann\\", "(cn=*)"])(
    "takes %j for a name that nobody has",
    async (identifier) => {
      const { signIn } = await aSignInSetting();
      expect(await signIn(identifier)).toEqual({ kind: "denied", reason: "unknown-user" });
    },
  );

  it.each([
    ["256 characters", `${"пароль-".repeat(40).slice(0, 255)} `],
    ["a NUL in the middle", "before\u0000after"],
    ["quotes and SQL", "'; drop table users; --\" "],
    ["a leading byte order mark", "\ufeffpass"],
    ["spaces around", "  pass  "],
  ])("takes a password with %s as it is", async (_, password) => {
    const { signIn } = await aSignInSetting([aLegacyUser({ password: { encoded: storedHash(password) } })]);
    expect(await signIn("ann", password)).toMatchObject({ kind: "verified" });
    expect(await signIn("ann", password.trim().replace("\u0000after", ""))).toMatchObject({ kind: "denied" });
  });

  it("denies two legacy rows of one e-mail address, with the work of a check", async () => {
    const twins = custom({
      lookups: ["email"],
      find: () => {
        throw new MigrationError("RECORD_AMBIGUOUS", "shop: 2 rows for one identifier");
      },
    });
    const { signIn, work, items } = await aSignInSetting([], { sources: [twins] });
    const expected = { kind: "denied", reason: "unusable-record", code: "RECORD_AMBIGUOUS" };
    expect(await signIn("ann@example.com")).toEqual(expected);
    expect(work).toEqual(["decoy"]);
    expect(await items()).toEqual([]);
  });

  it("takes an e-mail address for its owner's, not for that of somebody who calls himself so", async () => {
    const mallory = aLegacyUser({
      id: "2",
      username: "ann@example.com",
      attributes: {},
      password: { encoded: storedHash("mallory") },
    });
    const { signIn } = await aSignInSetting([mallory, aLegacyUser()]);
    expect(await signIn("ann@example.com", "mallory")).toEqual({ kind: "denied", reason: "wrong-password" });
    expect(await signIn("ann@example.com")).toMatchObject({ kind: "verified", legacyKey: "1" });
  });

  it("refuses a row that does not carry what it was found by: one person's account for another's", async () => {
    const loose = custom({ lookups: ["email"], find: () => aLegacyUser() });
    const { signIn } = await aSignInSetting([], { sources: [loose] });
    expect(await signIn("änn@example.com")).toEqual({
      kind: "denied",
      reason: "unusable-record",
      code: "RECORD_UNUSABLE",
    });
  });

  it.each([["blocked", onBlock, "blocked"]] as const)(
    "denies a user who is %s, with the work of a check",
    async (_, decide, reason) => {
      const { signIn, change, rows, work } = await aSignInSetting();
      await signIn("ann");
      await change(decide);
      work.length = 0;
      for (const name of ["ann", "ann@example.com"]) expect(await signIn(name)).toEqual({ kind: "denied", reason });
      expect(work).toHaveLength(2);
      expect(await rows()).toMatchObject([{ state: reason, version: 2 }]);
    },
  );

  it("denies a user who has moved, whatever was typed", async () => {
    const { signIn, ledger, work, rows } = await aSignInSetting();
    await signIn("ann");
    await complete(aCompletion({ sub: "s1", legacyId: "1" }), { ledger, now: () => new Date() }, aDeadline());
    work.length = 0;
    expect(await signIn("ann")).toEqual({ kind: "denied", reason: "already-migrated" });
    expect(work).toEqual(["decoy"]);
    expect(await rows()).toMatchObject([{ state: "migrated" }]);
  });

  it("lets the first claim of an identifier win: a second user of it is a conflict", async () => {
    const { signIn, users, rows } = await aSignInSetting();
    await signIn("ann");
    users.clear();
    users.set("2", aLegacyUser({ id: "2" }));
    expect(await signIn("ann")).toEqual({ kind: "denied", reason: "conflict" });
    expect(await rows()).toMatchObject([{ legacyId: "1" }]);
  });

  it("denies what the pool cannot name its user by", async () => {
    const { signIn, items } = await aSignInSetting(undefined, { userNames: "email" });
    expect(await signIn("ann")).toEqual({ kind: "denied", reason: "conflict" });
    expect(await items()).toEqual([]);
  });

  it.each<readonly [string, unknown, string]>([
    ["throws", new Error("connection refused"), "SOURCE_UNAVAILABLE"],
    ["throws a fault of its own", new MigrationError("SECRET_UNAVAILABLE", "no secret"), "SECRET_UNAVAILABLE"],
  ])(
    "makes a fault, never a refusal, of a store that %s; nothing is written and the retry works",
    async (_, error, code) => {
      let down = true;
      const source = custom({
        lookups: ["username"],
        find: () => {
          if (down) throw error;
          return aLegacyUser();
        },
      });
      const { signIn, items } = await aSignInSetting([], { sources: [source] });
      await expect(signIn("ann")).rejects.toMatchObject({ code });
      expect(await items()).toEqual([]);
      down = false;
      expect(await signIn("ann")).toMatchObject({ kind: "verified" });
    },
  );

  it("makes a fault of a ledger that is gone, before and after the check; the retry works", async () => {
    for (const operation of ["GetItem", "TransactWriteItems"]) {
      const { signIn, local, rows } = await aSignInSetting();
      local.faults.queue(operation, { kind: "error", status: 400, type: "AccessDeniedException", message: "no" });
      await expect(signIn("ann")).rejects.toMatchObject({ code: "LEDGER_UNAVAILABLE" });
      expect(await rows()).toEqual([]);
      expect(await signIn("ann")).toMatchObject({ kind: "verified" });
    }
  });

  it("lets many sign-ins of one user in at once, and keeps one row", async () => {
    const { signIn, rows, counts } = await aSignInSetting();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => signIn(index % 2 === 0 ? "ann" : "ann@example.com")),
    );
    expect(new Set(answers.map((answer) => answer.kind))).toEqual(new Set(["verified"]));
    expect(await rows()).toMatchObject([{ version: 1 }]);
    expect(await counts()).toEqual({ verified: 1 });
  });

  it("refuses the old password once a new one was asked for", async () => {
    const { signIn, services } = await aSignInSetting();
    await lookUp(aLookUp("ann"), services, aDeadline());
    expect(await signIn("ann")).toEqual({ kind: "denied", reason: "must-change" });
  });
});
