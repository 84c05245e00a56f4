import {
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import { openPasswordChecker } from "../../lib/core/passwords.ts";
import { lookUp, signIn } from "../../lib/core/sign-in.ts";
import { aDeadline } from "../support/deadline.ts";
import { aHashed, anImport, told } from "../support/import-setting.ts";
import { aBudget, aLookUp, aSignIn, signInServices } from "../support/services.ts";

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
    expect(told(await setting.run([aHashed("ann")]))).toEqual(["create hash"]);
    expect(await setting.userOf("ann@example.com")).toBeUndefined();
    const { enter } = triggersOf(setting);
    expect(await enter("ann@example.com", "secret of ann")).toMatchObject({ kind: "verified", weak: false });
  });

  it("is asked to be changed at the first sign-in, where the import says so and a code can be sent", async () => {
    const setting = await anImport({ options: { passwords: "reset" } });
    const unverified = { ...aHashed("bob"), attributes: { email: "bob@example.com" } };
    expect(told(await setting.run([aHashed("ann"), unverified]))).toEqual([
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
    expect(told(await run([{ ...aHashed("ann"), password }]))).toEqual([expect.stringContaining(code)]);
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
    const told = await run([{ ...aHashed("ann"), ...more }, aHashed("bob")]);
    expect(told[0]).toMatchObject({ kind: "refused", reason: expect.stringContaining(reason) });
    expect(await states()).toEqual({ bob: "imported" });
  });

  it("is none with the most that there is room for", async () => {
    const { run, states } = await anImport({ withPool: false });
    await run([{ ...aHashed("ann"), attributes: { ...email, "custom:tier": "x".repeat(255_000) } }]);
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
