import { describe, expect, it } from "vitest";
import { canonicalIdentifier } from "../../lib/core/identifier.ts";
import { assertCarries, findLegacyUser, identifiersOf, lookupsFor } from "../../lib/core/legacy-users.ts";
import type { Lookup } from "../../lib/core/ports.ts";
import { aDeadline } from "../support/deadline.ts";
import { aSource } from "../support/legacy-source.ts";
import { aLegacyUser, storedHash } from "../support/legacy-user.ts";
import { aSignInSetting } from "../support/sign-in-setting.ts";

const rules = { usernameCase: "insensitive" } as const;
const typed = (text: string) => canonicalIdentifier(text, rules) as Lookup;

describe("lookupsFor", () => {
  it.each([
    ["ann@example.com", ["email", "username"]],
    ["+15550102030", ["phone", "username"]],
    ["ann", ["username"]],
  ])("asks for %s by %j, the owner of an address first", (text, expected) => {
    expect(lookupsFor(aSource([]).source, typed(text)).map(({ by }) => by)).toEqual(expected);
  });

  it("asks by nothing that the source cannot", () => {
    expect(lookupsFor(aSource([], { lookups: ["email"] }).source, typed("ann"))).toEqual([]);
    expect(lookupsFor(aSource([], { lookups: ["id", "username"] }).source, typed("+15550102030"))).toHaveLength(1);
  });
});

describe("findLegacyUser", () => {
  it("takes the first source that knows the user, and asks no other", async () => {
    const [shop, forum] = [aSource([aLegacyUser()], { name: "shop" }), aSource([aLegacyUser()], { name: "forum" })];
    const user = await findLegacyUser([shop.source, forum.source], typed("ann"), rules, aDeadline().signal);
    expect(user?.source).toBe("shop");
    expect(forum.asked).toEqual([]);
  });

  it("knows nobody where no source does", async () => {
    expect(await findLegacyUser([aSource([]).source], typed("ann"), rules, aDeadline().signal)).toBeUndefined();
  });
});

describe("assertCarries", () => {
  const ann = aLegacyUser({ attributes: { email: "Ann@Example.com", phone_number: "+1 555 010 2030" } });

  it.each(["ann", "ANN", "ann@example.com", "+15550102030"])("takes the row that carries %s", (text) => {
    expect(() => assertCarries(ann, typed(text), rules)).not.toThrow();
  });

  it.each(["ann@example.co", "änn", "ann_", "+15550102031"])(
    "refuses a row found by %s that does not carry it",
    (text) => {
      expect(() => assertCarries(ann, typed(text), rules)).toThrow(
        expect.objectContaining({ code: "RECORD_UNUSABLE" }),
      );
    },
  );

  it("compares ids as they are", () => {
    const byId = (id: string): Lookup => ({ by: "id", canonical: id, typed: id });
    expect(() => assertCarries(aLegacyUser({ id: "A1" }), byId("A1"), rules)).not.toThrow();
    expect(() => assertCarries(aLegacyUser({ id: "A1" }), byId("a1"), rules)).toThrow();
  });
});

describe("identifiersOf", () => {
  it("names each identifier once, in its canonical form", () => {
    const attributes = { email: "Ann@Example.com", phone_number: "+1 555 010 2030" };
    expect(identifiersOf(aLegacyUser({ username: "Ann", attributes }), rules)).toEqual([
      "ann",
      "ann@example.com",
      "+15550102030",
    ]);
    expect(identifiersOf(aLegacyUser({ username: "ANN@example.com", attributes }), rules)).toEqual([
      "ann@example.com",
      "+15550102030",
    ]);
  });

  it("leaves out a user name that looks like somebody's address or number and is not the user's own", () => {
    const attributes = { email: "mallory@example.com" };
    expect(identifiersOf(aLegacyUser({ username: "ann@example.com", attributes }), rules)).toEqual([
      "mallory@example.com",
    ]);
    expect(identifiersOf(aLegacyUser({ username: "+15550102030", attributes }), rules)).toEqual([
      "mallory@example.com",
    ]);
  });

  it("leaves out what no user can be called", () => {
    expect(
      identifiersOf(aLegacyUser({ username: "a\u0000b", attributes: { email: "", phone_number: " " } }), rules),
    ).toEqual([]);
  });
});

describe("a user name that is another user's address", () => {
  const mallory = aLegacyUser({
    id: "2",
    username: "ann@example.com",
    attributes: { email: "mallory@example.com" },
    password: { encoded: storedHash("mallory") },
  });

  it("keeps nobody from his own address, whoever comes first", async () => {
    const { signIn } = await aSignInSetting([mallory, aLegacyUser()]);
    expect(await signIn("mallory@example.com", "mallory")).toMatchObject({ kind: "verified", legacyKey: "2" });
    expect(await signIn("ann@example.com")).toMatchObject({ kind: "verified", legacyKey: "1" });
  });

  it("is still signed in with where the address is nobody's, at every attempt and to one row", async () => {
    const { signIn, rows } = await aSignInSetting([mallory]);
    for (const name of ["ann@example.com", "mallory@example.com", "ann@example.com"]) {
      expect(await signIn(name, "mallory")).toMatchObject({ kind: "verified", legacyKey: "2" });
    }
    expect(await rows()).toHaveLength(1);
  });
});
