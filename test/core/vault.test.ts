import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { complete } from "../../lib/core/completion.ts";
import { openLegacyCache } from "../../lib/core/legacy-cache.ts";
import { openPasswordChecker, type PasswordChecker } from "../../lib/core/passwords.ts";
import { lookUp, type SignInServices, signIn } from "../../lib/core/sign-in.ts";
import { guardSignUp } from "../../lib/core/sign-up.ts";
import { onBlock, onErase, onUnblock } from "../../lib/core/transitions.ts";
import type { LegacyUser } from "../../lib/core/user.ts";
import { custom } from "../../lib/sources/custom.ts";
import { aDeadline } from "../support/deadline.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { aSource } from "../support/legacy-source.ts";
import { aLegacyUser, annsPassword, storedHash } from "../support/legacy-user.ts";
import { aSecretRef } from "../support/secret-ref.ts";
import { aBudget, aCompletion, aLookUp, aSignIn, signInServices, testFormats } from "../support/services.ts";
import { aKms, vaultIn } from "../support/vault.ts";

const now = () => new Date("2026-02-03T04:05:06.000Z");

/** These users in the vault, before a legacy store that is switched off. */
async function aSetting(
  users: readonly LegacyUser[] = [aLegacyUser()],
  overrides: Partial<SignInServices> = {},
  legacyKey?: string,
) {
  const bench = await anEmbeddedLedger();
  const { kms, key } = await aKms();
  const { importUser, vault, vaultItems } = vaultIn(bench, key());
  for (const user of users) expect(await importUser(user, legacyKey)).toBe("vaulted");
  const asked: string[] = [];
  const off = custom({
    lookups: ["email", "phone", "username", "id"],
    find: ({ canonical }) => {
      asked.push(canonical);
      throw new Error("switched off");
    },
  });
  const work: string[] = [];
  const checker = openPasswordChecker(testFormats, aBudget);
  const passwords: PasswordChecker = {
    check: (...given) => {
      work.push("check");
      return checker.check(...given);
    },
    decoy: (...given) => {
      work.push("decoy");
      return checker.decoy(...given);
    },
  };
  const services = signInServices({ ledger: bench.ledger, sources: [off] }, { passwords, vault, ...overrides });
  return {
    ...bench,
    kms,
    vault,
    vaultItems,
    importUser,
    asked,
    work,
    services,
    off,
    signIn: (identifier: string, password = annsPassword) =>
      signIn(aSignIn(identifier, password), services, aDeadline()),
    lookUp: (identifier: string) => lookUp(aLookUp(identifier), services, aDeadline()),
    complete: (proof: "signed-in" | "reset" = "signed-in", legacyId = "1") =>
      complete(aCompletion({ sub: "s1", legacyId }, proof), { ledger: bench.ledger, now }, aDeadline()),
    async change(decide: typeof onBlock) {
      const [before] = await bench.rows();
      if (before === undefined) throw new Error("no row");
      const transition = decide(before, new Date());
      if (transition.kind === "to") await bench.erasing.change({ before, ...transition }, aDeadline().signal);
    },
  };
}

describe("the first sign-in of an imported user", () => {
  it("takes the right password from the vault, and asks no legacy store", async () => {
    const { signIn, rows, counts, asked, work, vaultItems } = await aSetting();
    expect(await signIn("Ann@example.com")).toMatchObject({
      kind: "verified",
      platformUsername: "ann",
      legacyKey: "1",
      byAlias: true,
      user: { id: "1", attributes: { name: "Ann Example" } },
    });
    expect(await rows()).toMatchObject([{ state: "verified", platformUsername: "ann", vaulted: true, version: 2 }]);
    expect(await counts()).toEqual({ verified: 1 });
    expect([asked, work]).toEqual([[], ["check"]]);
    expect(await vaultItems()).toHaveLength(1);
  });

  it("is over with the proof: the hash is gone, and no later sign-in gets past", async () => {
    const { signIn, complete, rows, counts, vaultItems, work } = await aSetting();
    await signIn("ann");
    await complete();
    expect(await rows()).toMatchObject([{ state: "migrated", platformId: "us-east-1_TEST#s1" }]);
    expect((await rows())[0]).not.toHaveProperty("vaulted");
    expect(await vaultItems()).toEqual([]);
    expect(await counts()).toEqual({ migrated: 1 });
    expect(await signIn("ann")).toEqual({ kind: "denied", reason: "already-migrated" });
    expect(work).toEqual(["check", "decoy"]);
  });

  it("is checked afresh until then: a right password followed by a wrong one is refused", async () => {
    const { signIn, rows, kms } = await aSetting();
    await signIn("ann");
    expect(await signIn("ann", "wrong")).toEqual({ kind: "denied", reason: "wrong-password" });
    expect(await signIn("ann")).toMatchObject({ kind: "verified" });
    expect(await rows()).toMatchObject([{ state: "verified", version: 2 }]);
    expect(kms.requests.get("Decrypt")).toBe(1);
  });

  it.each<readonly [string, Partial<LegacyUser>, string, object, string]>([
    ["a wrong password", {}, "wrong", { reason: "wrong-password" }, "check"],
    ["a disabled user", { enabled: false }, annsPassword, { reason: "disabled" }, "check"],
    ["an empty password", { password: { encoded: storedHash("") } }, "", { reason: "wrong-password" }, "decoy"],
    [
      "a damaged hash",
      { password: { encoded: "$P$Bcanary" } },
      annsPassword,
      { reason: "unusable-record", code: "HASH_DAMAGED" },
      "check decoy",
    ],
    [
      "an unknown hash",
      { password: { encoded: "!" } },
      annsPassword,
      { reason: "unusable-record", code: "HASH_UNKNOWN" },
      "check decoy",
    ],
  ])("denies %s after the work of one check, and changes nothing", async (_, user, password, expected, work) => {
    const setting = await aSetting([aLegacyUser(user)]);
    expect(await setting.signIn("ann", password)).toEqual({ kind: "denied", ...expected });
    expect(setting.work.join(" ")).toBe(work);
    expect(await setting.rows()).toMatchObject([{ state: "imported", version: 1 }]);
    expect(await setting.vaultItems()).toHaveLength(1);
  });

  it("needs no source at all, and an unknown user costs as much", async () => {
    const { signIn, work } = await aSetting(undefined, { sources: [] });
    expect(await signIn("nobody")).toEqual({ kind: "denied", reason: "unknown-user" });
    expect(work).toEqual(["decoy"]);
    expect(await signIn("ann")).toMatchObject({ kind: "verified" });
  });

  it("keeps the legacy id that the import gave, whatever the sources are by now", async () => {
    const { signIn, complete, rows } = await aSetting(undefined, { sources: [] }, "files/1");
    expect(await signIn("ann")).toMatchObject({ kind: "verified", legacyKey: "files/1" });
    await complete("signed-in", "files/1");
    expect(await rows()).toMatchObject([{ state: "migrated", legacyKey: "files/1" }]);
  });

  it("leaves no fingerprint: a file and a source seldom map a user alike", async () => {
    const drift = { key: aSecretRef("k".repeat(24)), rule: "reset" } as const;
    const { signIn, rows } = await aSetting(undefined, { drift });
    expect(await signIn("ann")).toMatchObject({ kind: "verified" });
    expect((await rows())[0]).not.toHaveProperty("fingerprint");
  });

  it("asks the legacy store by what that has newer, and again until the proof", async () => {
    const newer = aLegacyUser({ attributes: { email: "new@example.com" }, password: { encoded: storedHash("newer") } });
    const { signIn, rows, vaultItems, complete } = await aSetting(undefined, { sources: [aSource([newer]).source] });
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await signIn("new@example.com", annsPassword)).toEqual({ kind: "denied", reason: "wrong-password" });
      expect(await signIn("new@example.com", "newer")).toMatchObject({ kind: "verified", legacyKey: "1" });
      expect(await rows()).toMatchObject([
        { state: "verified", vaulted: true, identifiers: ["ann", "new@example.com"] },
      ]);
    }
    await complete();
    expect(await vaultItems()).toEqual([]);
  });

  it("is checked afresh where an import came between", async () => {
    const setting = await aSetting();
    const newer = aLegacyUser({ attributes: { email: "new@example.com" }, password: { encoded: storedHash("newer") } });
    let reads = 0;
    const vault: SignInServices["vault"] = {
      async read(row, signal) {
        const user = await setting.vault.read(row, signal);
        reads += 1;
        if (reads === 1) await setting.importUser(newer);
        return user;
      },
    };
    const services = { ...setting.services, vault };
    const old = await signIn(aSignIn("ann"), services, aDeadline());
    expect([old, reads]).toEqual([{ kind: "denied", reason: "wrong-password" }, 2]);
    expect(await setting.signIn("new@example.com", "newer")).toMatchObject({ kind: "verified" });
  });

  it("is refused while an operator has blocked the user, and goes on afterwards", async () => {
    const { signIn, change } = await aSetting();
    await change(onBlock);
    expect(await signIn("ann")).toEqual({ kind: "denied", reason: "blocked" });
    await change(onUnblock);
    expect(await signIn("ann")).toMatchObject({ kind: "verified" });
  });

  it("finds nothing of an erased user", async () => {
    const { signIn, change, vaultItems } = await aSetting(undefined, { sources: [] });
    await change(onErase);
    expect(await signIn("ann")).toEqual({ kind: "denied", reason: "unknown-user" });
    expect(await vaultItems()).toEqual([]);
  });
});

describe("an item that is gone when it is read", () => {
  it.each([
    ["proved", "already-migrated"],
    ["erased", "unknown-user"],
  ] as const)("is answered as the state of a user who was %s meanwhile", async (event, reason) => {
    const setting = await aSetting();
    await setting.signIn("ann");
    setting.work.length = 0;
    const vault: SignInServices["vault"] = {
      async read(row, signal) {
        await (event === "proved" ? setting.complete() : setting.change(onErase));
        return setting.vault.read(row, signal);
      },
    };
    const services = { ...setting.services, vault };
    expect(await signIn(aSignIn("ann"), services, aDeadline())).toEqual({ kind: "denied", reason });
    expect(setting.work).toEqual(["decoy"]);
  });

  it("is a fault where the row still promises it", async () => {
    const { signIn, lookUp, client, table } = await aSetting();
    const Key = { pk: { S: "vault#custom#1" }, sk: { S: "vault" } };
    await client.send(new DeleteItemCommand({ TableName: table, Key }));
    await expect(signIn("ann")).rejects.toMatchObject({ code: "LEDGER_DAMAGED" });
    await expect(lookUp("ann")).rejects.toMatchObject({ code: "LEDGER_DAMAGED" });
  });
});

describe("a fault of the vault", () => {
  it("stops the sign-in and the forgotten password, and is never a wrong password; the retry works", async () => {
    const { signIn, lookUp, kms, rows, asked } = await aSetting();
    kms.faults.always("Decrypt", { kind: "error", status: 400, type: "AccessDeniedException", message: "canary" });
    await expect(signIn("ann")).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE" });
    await expect(lookUp("ann")).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE" });
    expect(await rows()).toMatchObject([{ state: "imported", version: 1 }]);
    expect(asked).toEqual([]);
    kms.faults.clear();
    expect(await signIn("ann")).toMatchObject({ kind: "verified" });
  });

  it("is a config that has none any more: the legacy store is not asked instead", async () => {
    const { signIn, lookUp, asked } = await aSetting(undefined, { vault: undefined });
    await expect(signIn("ann")).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    await expect(lookUp("ann")).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    expect(asked).toEqual([]);
  });
});

describe("a forgotten password of an imported user", () => {
  it("is served from the vault, which keeps the hash until the reset is proved", async () => {
    const { signIn, lookUp, complete, rows, vaultItems, asked } = await aSetting();
    expect(await lookUp("ann")).toMatchObject({ kind: "found", platformUsername: "ann" });
    expect(await rows()).toMatchObject([{ state: "resetting", former: "imported", vaulted: true }]);
    expect(await signIn("ann")).toEqual({ kind: "denied", reason: "must-change" });
    expect(await lookUp("ann")).toMatchObject({ kind: "found" });
    expect(await vaultItems()).toHaveLength(1);
    await complete("reset");
    expect(await rows()).toMatchObject([{ state: "migrated" }]);
    expect(await vaultItems()).toEqual([]);
    expect(asked).toEqual([]);
  });

  it.each<readonly [string, Partial<LegacyUser>, string]>([
    ["without a verified contact", { attributes: { email: "ann@example.com" } }, "no-verified-contact"],
    ["who is disabled", { enabled: false }, "disabled"],
  ])("is refused for one %s", async (_, user, reason) => {
    const { lookUp, rows } = await aSetting([aLegacyUser(user)]);
    expect(await lookUp("ann")).toEqual({ kind: "denied", reason });
    expect(await rows()).toMatchObject([{ state: "imported", version: 1 }]);
  });
});

describe("a sign-up with an identifier of an imported user", () => {
  it.each(["person", "federation"] as const)("is refused by the row alone: %s", async (by) => {
    const { ledger, off, asked } = await aSetting();
    const services = {
      sources: [off],
      ledger,
      cache: openLegacyCache({ keepSeconds: 60, perMinute: 100, entries: 100 }, now),
      identifiers: { usernameCase: "insensitive" },
      federated: "refuse",
      now,
    } as const;
    const identifiers = { usernames: [], email: "Ann@Example.com", emailVerified: true, phoneVerified: false };
    const request = { kind: "sign-up", identifiers, by } as const;
    expect(await guardSignUp(request, services, aDeadline())).toEqual({ kind: "denied", reason: "taken" });
    expect(asked).toEqual([]);
  });
});
