import { describe, expect, it } from "vitest";
import { aDeadline } from "../support/deadline.ts";
import { aHashed, aMapped, anImport, told } from "../support/import-setting.ts";

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
      { ...aHashed("ann"), totp },
      { ...aMapped("bob"), totp },
    ]);
    expect((await sealed()).sort()).toEqual(["totp#shop#ann", "totp#shop#bob", "vault#shop#ann"]);
    expect(JSON.stringify(await items())).not.toContain(totp);
    expect(await rowOf("bob")).toMatchObject({ state: "migrated", totp: true });
    const { signal } = aDeadline();
    for (const legacyId of ["ann", "bob"]) {
      expect((await services.totps.read({ source: "shop", legacyId }, signal))?.revealText()).toBe(totp);
    }
    expect(told(await run([{ ...aHashed("ann"), totp }]))).toEqual(["same hash"]);
    expect(told(await run([{ ...aHashed("ann"), totp: "KRSXG5CTMVRXEZLU" }]))).toEqual(["update hash"]);
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
    await run([{ ...aHashed("ann"), groups: ["staff"], identities }]);
    expect(await rowOf("ann")).toMatchObject({
      groups: ["staff"],
      identities: [{ provider: "Google", userId: "7" }],
    });
    await run([aHashed("ann")]);
    expect(await rowOf("ann")).not.toHaveProperty("groups");
  });
});

describe("the same import again", () => {
  it("changes nothing: not a row, not an item", async () => {
    const { run, items } = await anImport();
    const file = [
      {},
      aHashed("bob"),
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
    await run([aHashed("ann")]);
    const before = await items();
    expect(told(await run([{ ...aHashed("ann"), groups: ["x"], username: "other" }]))).toEqual(["kept"]);
    expect(await items()).toEqual(before);
  });

  it("moves from the vault to the pool whose password has become known", async () => {
    const { run, users, sealed, rowOf } = await anImport();
    await run([aHashed("ann")]);
    expect(told(await run([{}]))).toEqual(["update placed"]);
    expect(await users.signIn("ann@example.com", "Old password 1")).toBe("tokens");
    expect(await sealed()).toEqual([]);
    expect(await rowOf("ann")).toMatchObject({ state: "migrated" });
  });
});

describe("a plan", () => {
  it("says of each user what an import does, and writes nothing", async () => {
    const { run, items } = await anImport();
    await run([aHashed("kept"), { ...aMapped("bob") }]);
    const before = await items();
    const twin = { ...aHashed("new"), attributes: { email: "kept@example.com", email_verified: true } };
    const file = [{}, aHashed("kept"), { ...aMapped("bob") }, twin, { ...aMapped("shy"), plaintext: "short" }];
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
