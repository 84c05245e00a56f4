import { describe, expect, it } from "vitest";
import { custom } from "../../lib/sources/custom.ts";
import { aSource } from "../support/legacy-source.ts";
import { aLegacyUser, annsPassword, storedHash } from "../support/legacy-user.ts";
import { aSignInSetting } from "../support/sign-in-setting.ts";

describe("signIn at several sources", () => {
  it("asks them in order; the first to know the user decides", async () => {
    const shop = aSource([aLegacyUser({ source: "shop" })], { name: "shop" });
    const forum = aSource([aLegacyUser({ id: "9", source: "forum", password: { encoded: storedHash("other") } })], {
      name: "forum",
    });
    const { signIn } = await aSignInSetting([], { sources: [shop.source, forum.source] });
    expect(await signIn("ann", "other")).toEqual({ kind: "denied", reason: "wrong-password" });
    expect(forum.asked).toEqual([]);
    expect(await signIn("ann")).toMatchObject({ legacyKey: "1" });
    shop.users.clear();
    expect(await signIn("ann", "other")).toEqual({ kind: "denied", reason: "conflict" });
  });

  it("gives users of a later source a legacy id with its name, since two sources may count from 1", async () => {
    const forum = aSource([aLegacyUser({ source: "forum" })], { name: "forum" });
    const { signIn } = await aSignInSetting([], { sources: [aSource([], { name: "shop" }).source, forum.source] });
    expect(await signIn("ann")).toMatchObject({ legacyKey: "forum/1" });
  });

  it("lets a source check the password itself", async () => {
    const remote = custom({
      lookups: ["email", "username"],
      authenticate: (by, password) => {
        if (by.canonical !== "ann") return { kind: "denied", reason: "unknown-user" };
        if (password !== annsPassword) return { kind: "denied", reason: "locked" };
        return { kind: "match", user: aLegacyUser() };
      },
    });
    const { signIn, work } = await aSignInSetting([], { sources: [remote] });
    expect(await signIn("ann")).toMatchObject({ kind: "verified" });
    expect(await signIn("ann", "wrong")).toEqual({ kind: "denied", reason: "locked" });
    expect(work).toEqual([]);
    expect(await signIn("bob@example.com")).toEqual({ kind: "denied", reason: "unknown-user" });
    expect(work).toEqual(["decoy"]);
  });
});
