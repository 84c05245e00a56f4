import { describe, expect, it } from "vitest";
import { complete } from "../../lib/core/completion.ts";
import { lookUp, type SignInServices } from "../../lib/core/sign-in.ts";
import { onBlock } from "../../lib/core/transitions.ts";
import type { LegacyUser } from "../../lib/core/user.ts";
import { custom } from "../../lib/sources/custom.ts";
import { aDeadline } from "../support/deadline.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { aSource } from "../support/legacy-source.ts";
import { aLegacyUser } from "../support/legacy-user.ts";
import { aCompletion, aLookUp, signInServices } from "../support/services.ts";

async function aSetting(users: readonly LegacyUser[] = [aLegacyUser()], overrides: Partial<SignInServices> = {}) {
  const bench = await anEmbeddedLedger();
  const store = aSource(users);
  const services = signInServices({ ledger: bench.ledger, sources: [store.source] }, overrides);
  return {
    ...bench,
    ...store,
    lookUp: (identifier: string) => lookUp(aLookUp(identifier), services, aDeadline()),
    change: async (decide: typeof onBlock) => {
      for (const before of await bench.rows()) {
        const transition = decide(before, new Date());
        if (transition.kind === "to") await bench.ledger.change({ before, ...transition }, aDeadline().signal);
      }
    },
  };
}

describe("lookUp", () => {
  it("takes over a user with a verified e-mail address, and notes that there was no row before", async () => {
    const { lookUp, rows } = await aSetting();
    expect(await lookUp("ann@example.com")).toMatchObject({ kind: "found", platformUsername: "ann", byAlias: true });
    expect(await rows()).toMatchObject([{ state: "resetting", former: "none", version: 1 }]);
  });

  it("takes over a user with a verified phone number", async () => {
    const attributes = { phone_number: "+15550102030", phone_number_verified: "true", email: "ann@example.com" };
    const { lookUp } = await aSetting([aLegacyUser({ attributes })]);
    expect(await lookUp("+1 555 010 2030")).toMatchObject({ kind: "found" });
  });

  it("is the same at every time it comes", async () => {
    const { lookUp, rows } = await aSetting();
    const first = await lookUp("ann");
    expect(await lookUp("ann")).toEqual(first);
    expect(await rows()).toMatchObject([{ version: 1 }]);
  });

  it.each<readonly [string, readonly LegacyUser[], string]>([
    ["nobody", [], "unknown-user"],
    ["a disabled user", [aLegacyUser({ enabled: false })], "disabled"],
    [
      "a user without a verified contact",
      [aLegacyUser({ attributes: { email: "ann@example.com", email_verified: "false" } })],
      "no-verified-contact",
    ],
    [
      "a contact that the source says nothing about",
      [aLegacyUser({ attributes: { email: "ann@example.com" } })],
      "no-verified-contact",
    ],
    [
      "a contact that is verified in another word",
      [aLegacyUser({ attributes: { email: "ann@example.com", email_verified: "TRUE" } })],
      "no-verified-contact",
    ],
  ])("denies %s, and writes nothing", async (_, users, reason) => {
    const { lookUp, items } = await aSetting(users);
    expect(await lookUp("ann@example.com")).toEqual({ kind: "denied", reason });
    expect(await items()).toEqual([]);
  });

  it.each(["", "a\u0000", "x".repeat(5000)])("denies %j without asking anybody", async (identifier) => {
    const { lookUp, asked } = await aSetting();
    expect(await lookUp(identifier)).toEqual({ kind: "denied", reason: "unknown-user" });
    expect(asked).toEqual([]);
  });

  it("denies everybody where it is turned off", async () => {
    const { lookUp, asked } = await aSetting(undefined, { forgotPassword: "refuse" });
    expect(await lookUp("ann")).toEqual({ kind: "denied", reason: "unknown-user" });
    expect(asked).toEqual([]);
  });

  it.each([["blocked", onBlock]] as const)("denies a user who is %s", async (reason, decide) => {
    const { lookUp, change, rows } = await aSetting();
    await lookUp("ann");
    await change(decide);
    expect(await lookUp("ann")).toEqual({ kind: "denied", reason });
    expect(await rows()).toMatchObject([{ state: reason }]);
  });

  it("denies a user who has moved", async () => {
    const { lookUp, ledger } = await aSetting();
    await lookUp("ann");
    await complete(aCompletion({ sub: "s1", legacyId: "1" }, "reset"), { ledger, now: () => new Date() }, aDeadline());
    expect(await lookUp("ann")).toEqual({ kind: "denied", reason: "already-migrated" });
  });

  it("denies a record that cannot be mapped, and names its fault for the log", async () => {
    const source = custom({ lookups: ["username"], find: () => ({ ...aLegacyUser(), enabled: "yes" }) });
    const { lookUp } = await aSetting([], { sources: [source] });
    expect(await lookUp("ann")).toEqual({ kind: "denied", reason: "unusable-record", code: "RECORD_UNUSABLE" });
  });

  it("makes a fault of a store that is down", async () => {
    const source = custom({
      lookups: ["username"],
      find: () => {
        throw new Error("down");
      },
    });
    const { lookUp, items } = await aSetting([], { sources: [source] });
    await expect(lookUp("ann")).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(await items()).toEqual([]);
  });
});
