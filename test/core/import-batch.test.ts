import {
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import type { BatchAnswer } from "../../lib/core/import-batch.ts";
import { openPasswordChecker } from "../../lib/core/passwords.ts";
import { lookUp, signIn } from "../../lib/core/sign-in.ts";
import { aDeadline } from "../support/deadline.ts";
import { aMapped, anImport } from "../support/import-setting.ts";
import { storedHash } from "../support/legacy-user.ts";
import { aBudget, aLookUp, aSignIn, signInServices } from "../support/services.ts";

const told = (answers: readonly BatchAnswer[]) =>
  answers.map((one) => ("way" in one ? `${one.kind} ${one.way.kind}` : "reason" in one ? one.reason : one.kind));

const hashed = (id: string) => ({
  ...aMapped(id),
  plaintext: undefined,
  password: { encoded: storedHash(`secret of ${id}`) },
});

/** The triggers behind the same ledger and vault. */
function triggersOf(setting: Awaited<ReturnType<typeof anImport>>) {
  const { ledger, migration, services } = setting;
  const passwords = openPasswordChecker(migration.passwords, aBudget);
  const all = signInServices(
    { ledger, sources: migration.sources },
    { vault: services.vaulted, userNames: "email", passwords },
  );
  return {
    enter: (email: string, password: string) => signIn(aSignIn(email, password), all, aDeadline()),
    forget: (email: string) => lookUp(aLookUp(email), all, aDeadline()),
  };
}

describe("a password in the clear", () => {
  it("goes to the pool with its user, attributes as the file has them, and signs in there at once", async () => {
    const { run, users, attributesOf, rowOf, sealed, counts } = await anImport();
    const attributes = { email: "ann@example.com", email_verified: true, "custom:tier": "gold" };
    expect(told(await run([{ attributes }]))).toEqual(["create placed"]);
    expect(await users.signIn("ann@example.com", "Old password 1")).toBe("tokens");
    expect(await attributesOf("ann@example.com")).toEqual({
      email: "ann@example.com",
      email_verified: "true",
      "custom:tier": "gold",
      "custom:legacy_id": "ann",
    });
    const row = await rowOf("ann");
    expect(row).toMatchObject({ state: "migrated", platformUsername: "ann@example.com" });
    expect(row?.platformId).toMatch(new RegExp(`^${users.poolId}#`));
    expect(await sealed()).toEqual([]);
    expect(users.codes).toEqual([]);
    expect(await counts()).toEqual({ migrated: 1 });
  });

  it("is hashed into the vault where the pool's policy would refuse it, and moves at the first sign-in", async () => {
    const setting = await anImport();
    const { run, userOf, sealed, rowOf, items } = setting;
    expect(told(await run([{ plaintext: "short" }]))).toEqual(["create plaintext"]);
    expect(await userOf("ann@example.com")).toBeUndefined();
    expect(await sealed()).toEqual(["vault#shop#ann"]);
    expect(await rowOf("ann")).toMatchObject({ state: "imported", vaulted: true });
    expect(JSON.stringify(await items())).not.toContain("short");
    const { enter } = triggersOf(setting);
    expect(await enter("ann@example.com", "other")).toMatchObject({ kind: "denied", reason: "wrong-password" });
    expect(await enter("ann@example.com", "short")).toMatchObject({ kind: "verified", weak: false });
  });

  it("waits in the vault where there is no pool", async () => {
    const { run, sealed } = await anImport({ withPool: false });
    expect(told(await run([{}]))).toEqual(["create plaintext"]);
    expect(await sealed()).toEqual(["vault#shop#ann"]);
  });

  it("makes a disabled user whom nobody can enter as", async () => {
    const { run, users, userOf } = await anImport();
    await run([{ enabled: false }]);
    expect((await userOf("ann@example.com"))?.Enabled).toBe(false);
    expect(await users.signIn("ann@example.com", "Old password 1")).not.toBe("tokens");
  });

  it("is asked to be changed at the first sign-in, where the import says so", async () => {
    const { run, users, userOf } = await anImport({ options: { passwords: "reset" } });
    expect(told(await run([{}]))).toEqual(["create placed"]);
    expect((await userOf("ann@example.com"))?.UserStatus).toBe("FORCE_CHANGE_PASSWORD");
    expect(await users.signIn("ann@example.com", "Old password 1")).toBe("NEW_PASSWORD_REQUIRED");
  });
});

describe("a stored password", () => {
  it("waits in the vault, and its user is not in the pool before the first sign-in", async () => {
    const setting = await anImport();
    expect(told(await setting.run([hashed("ann")]))).toEqual(["create hash"]);
    expect(await setting.userOf("ann@example.com")).toBeUndefined();
    const { enter } = triggersOf(setting);
    expect(await enter("ann@example.com", "secret of ann")).toMatchObject({ kind: "verified", weak: false });
  });

  it("is asked to be changed at the first sign-in, where the import says so and a code can be sent", async () => {
    const setting = await anImport({ options: { passwords: "reset" } });
    const unverified = { ...hashed("bob"), attributes: { email: "bob@example.com" } };
    expect(told(await setting.run([hashed("ann"), unverified]))).toEqual([
      "create hash",
      expect.stringContaining("no verified e-mail or phone"),
    ]);
    const { enter } = triggersOf(setting);
    expect(await enter("ann@example.com", "secret of ann")).toMatchObject({ kind: "verified", weak: true });
  });

  it.each([
    ["a damaged one", { encoded: "pbkdf2_sha256$1$salt$short" }, "HASH_DAMAGED"],
    ["one of a format that is not listed", { encoded: "$P$Bnothing" }, "HASH_UNKNOWN"],
  ])("is refused with its reason: %s", async (_, password, code) => {
    const { run, items } = await anImport();
    expect(told(await run([{ ...hashed("ann"), password }]))).toEqual([expect.stringContaining(code)]);
    expect(await items()).toEqual([]);
  });
});

describe("a user for whom there is no room", () => {
  const config = { imports: { groups: true, identities: { google: "Google" } } };
  const email = { email: "ann@example.com", email_verified: true };

  it.each([
    ["attributes of 300 KB", { attributes: { ...email, "custom:tier": "x".repeat(300_000) } }, "bytes as JSON"],
    ["101 groups", { groups: Array.from({ length: 101 }, (_, number) => `g${number}`) }, "more than 100 groups"],
    [
      "six identities",
      { identities: Array.from({ length: 6 }, (_, number) => ({ provider: "google", userId: `${number}` })) },
      "more than 5 identities",
    ],
  ])("is refused, and the others go on: %s", async (_, more, reason) => {
    const { run, states } = await anImport({ config, withPool: false });
    const told = await run([{ ...hashed("ann"), ...more }, hashed("bob")]);
    expect(told[0]).toMatchObject({ kind: "refused", reason: expect.stringContaining(reason) });
    expect(await states()).toEqual({ bob: "imported" });
  });

  it("is none with the most that there is room for", async () => {
    const { run, states } = await anImport({ withPool: false });
    await run([{ ...hashed("ann"), attributes: { ...email, "custom:tier": "x".repeat(255_000) } }]);
    expect(await states()).toEqual({ ann: "imported" });
  });
});

describe("a user without a password", () => {
  const nobody = { plaintext: undefined };

  it("waits for a forgotten password's way", async () => {
    const setting = await anImport();
    expect(told(await setting.run([nobody]))).toEqual(["create none"]);
    expect(await setting.userOf("ann@example.com")).toBeUndefined();
    expect(await triggersOf(setting).forget("ann@example.com")).toMatchObject({ kind: "found" });
  });

  it("is made in the pool with a password that nobody knows, and told nothing", async () => {
    const { run, users, userOf } = await anImport({ options: { withoutPassword: "create" } });
    expect(told(await run([nobody]))).toEqual(["create placed"]);
    expect((await userOf("ann@example.com"))?.UserStatus).toBe("CONFIRMED");
    expect(users.codes).toEqual([]);
  });

  it("is invited by the pool", async () => {
    const { run, users, userOf } = await anImport({ options: { withoutPassword: "invite" } });
    expect(told(await run([nobody]))).toEqual(["create placed"]);
    expect((await userOf("ann@example.com"))?.UserStatus).toBe("FORCE_CHANGE_PASSWORD");
    expect(users.codes.map(({ destination, purpose }) => [destination, purpose])).toEqual([
      ["ann@example.com", "invitation"],
    ]);
    expect(told(await run([nobody]))).toEqual(["kept"]);
    expect(users.codes).toHaveLength(1);
  });

  it("is refused without a verified contact, where the pool is to have the user", async () => {
    const { run, items } = await anImport({ options: { withoutPassword: "create" } });
    const attributes = { email: "ann@example.com" };
    expect(told(await run([{ ...nobody, attributes }]))).toEqual([expect.stringContaining("no verified e-mail")]);
    expect(await items()).toEqual([]);
  });
});

describe("a user whom the pool knows already", () => {
  it("is never given the file's password, whoever made him", async () => {
    const { run, users, rowOf, sealed } = await anImport();
    const { sdk, poolId } = users;
    await run([{}]);
    const Username = "ann@example.com";
    await sdk.send(
      new AdminSetUserPasswordCommand({ UserPoolId: poolId, Username, Password: "Chosen here 1", Permanent: true }),
    );
    expect(told(await run([{ plaintext: "Old password 2" }]))).toEqual(["kept"]);
    expect(await users.signIn(Username, "Chosen here 1")).toBe("tokens");
    expect(await rowOf("ann")).toMatchObject({ state: "migrated" });
    expect(await sealed()).toEqual([]);
  });

  it("is another one's: refused, and the imported user waits in the vault", async () => {
    const { run, users, rowOf, sealed, attributesOf } = await anImport();
    const other = await anOtherUser(users);
    expect(told(await run([{}]))).toEqual(["the pool has another user of this name"]);
    expect(await users.signIn("ann@example.com", other.password)).toBe("tokens");
    expect(await attributesOf("ann@example.com")).not.toHaveProperty("custom:legacy_id");
    expect(await rowOf("ann")).toMatchObject({ state: "imported", vaulted: true });
    expect(await sealed()).toEqual(["vault#shop#ann"]);
  });
});

async function anOtherUser({ sdk, poolId }: Awaited<ReturnType<typeof anImport>>["users"]) {
  const { AdminCreateUserCommand } = await import("@aws-sdk/client-cognito-identity-provider");
  const of = { UserPoolId: poolId, Username: "ann@example.com" };
  const password = "Somebody else 1";
  await sdk.send(new AdminCreateUserCommand({ ...of, MessageAction: "SUPPRESS" }));
  await sdk.send(new AdminSetUserPasswordCommand({ ...of, Password: password, Permanent: true }));
  await sdk.send(
    new AdminUpdateUserAttributesCommand({ ...of, UserAttributes: [{ Name: "email_verified", Value: "true" }] }),
  );
  return { password };
}

describe("what the pool's rules refuse", () => {
  it("is told before anything is written, without a value", async () => {
    const { run, items } = await anImport();
    const attributes = { email: "ann@example.com", email_verified: true, "custom:shoe": "47 wide" };
    const answers = await run([{ attributes }]);
    expect(told(answers)).toEqual([expect.stringContaining("custom:shoe: It is not in the pool's schema")]);
    expect(JSON.stringify(answers)).not.toContain("47 wide");
    expect(await items()).toEqual([]);
  });

  it("is a doubt where the user can come all the same", async () => {
    const { run } = await anImport({ options: { passwords: "keep" } });
    const [answer] = await run([{ attributes: { email: "ann@example.com" } }]);
    expect(answer).toMatchObject({ kind: "create", doubts: [expect.stringContaining("recovery: ")] });
  });
});

describe("what comes along", () => {
  const config = {
    imports: { groups: true, identities: { "google-oauth2": "Google" }, createdAt: "custom:created_at" },
  };

  it("is when a user was made", async () => {
    const { run, attributesOf } = await anImport({ config });
    await run([{ createdAt: "2019-05-04" }]);
    expect(await attributesOf("ann@example.com")).toMatchObject({ "custom:created_at": "2019-05-04T00:00:00.000Z" });
  });

  it("is a TOTP secret, sealed apart from the password, and there after the move", async () => {
    const setting = await anImport({ config });
    const { run, sealed, rowOf, services, items } = setting;
    const totp = "JBSWY3DPEHPK3PXP";
    await run([
      { ...hashed("ann"), totp },
      { ...aMapped("bob"), totp },
    ]);
    expect((await sealed()).sort()).toEqual(["totp#shop#ann", "totp#shop#bob", "vault#shop#ann"]);
    expect(JSON.stringify(await items())).not.toContain(totp);
    expect(await rowOf("bob")).toMatchObject({ state: "migrated", totp: true });
    const { signal } = aDeadline();
    for (const legacyId of ["ann", "bob"]) {
      expect((await services.totps.read({ source: "shop", legacyId }, signal))?.revealText()).toBe(totp);
    }
    expect(told(await run([{ ...hashed("ann"), totp }]))).toEqual(["same hash"]);
    expect(told(await run([{ ...hashed("ann"), totp: "KRSXG5CTMVRXEZLU" }]))).toEqual(["update hash"]);
    expect((await services.totps.read({ source: "shop", legacyId: "ann" }, signal))?.revealText()).toBe(
      "KRSXG5CTMVRXEZLU",
    );
  });

  it("waits in the row of a user of the vault: groups, and identities of the pool's providers", async () => {
    const { run, rowOf } = await anImport({ config });
    const identities = [
      { provider: "google-oauth2", userId: "7" },
      { provider: "unknown", userId: "8" },
    ];
    await run([{ ...hashed("ann"), groups: ["staff"], identities }]);
    expect(await rowOf("ann")).toMatchObject({
      groups: ["staff"],
      identities: [{ provider: "Google", userId: "7" }],
    });
    await run([hashed("ann")]);
    expect(await rowOf("ann")).not.toHaveProperty("groups");
  });
});

describe("the same import again", () => {
  it("changes nothing: not a row, not an item", async () => {
    const { run, items } = await anImport();
    const file = [
      {},
      hashed("bob"),
      { ...aMapped("cleo"), plaintext: "short" },
      { ...aMapped("dan"), plaintext: undefined },
    ];
    expect(told(await run(file))).toEqual(["create placed", "create hash", "create plaintext", "create none"]);
    const before = await items();
    expect(told(await run(file))).toEqual(["kept", "same hash", "same plaintext", "same none"]);
    expect(await items()).toEqual(before);
  });

  it("keeps who waits as he is, where it is asked to", async () => {
    const { run, items } = await anImport({ options: { existing: "keep" } });
    await run([hashed("ann")]);
    const before = await items();
    expect(told(await run([{ ...hashed("ann"), groups: ["x"], username: "other" }]))).toEqual(["kept"]);
    expect(await items()).toEqual(before);
  });

  it("moves from the vault to the pool whose password has become known", async () => {
    const { run, users, sealed, rowOf } = await anImport();
    await run([hashed("ann")]);
    expect(told(await run([{}]))).toEqual(["update placed"]);
    expect(await users.signIn("ann@example.com", "Old password 1")).toBe("tokens");
    expect(await sealed()).toEqual([]);
    expect(await rowOf("ann")).toMatchObject({ state: "migrated" });
  });
});

describe("a plan", () => {
  it("says of each user what an import does, and writes nothing", async () => {
    const { run, items } = await anImport();
    await run([hashed("kept"), { ...aMapped("bob") }]);
    const before = await items();
    const twin = { ...hashed("new"), attributes: { email: "kept@example.com", email_verified: true } };
    const file = [{}, hashed("kept"), { ...aMapped("bob") }, twin, { ...aMapped("shy"), plaintext: "short" }];
    const planned = await run(file, { plan: true });
    expect(await items()).toEqual(before);
    expect(told(planned)).toEqual([
      "create placed",
      "same hash",
      "kept",
      "an identifier is another user's in the ledger",
      "create plaintext",
    ]);
    expect(told(await run(file))).toEqual(told(planned));
  });
});
