import { describe, expect, it } from "vitest";
import { openLegacyCache } from "../../lib/core/legacy-cache.ts";
import { signIn } from "../../lib/core/sign-in.ts";
import { type FederatedPolicy, guardSignUp } from "../../lib/core/sign-up.ts";
import { onBlock, onErase, onProof } from "../../lib/core/transitions.ts";
import type { Identifiers, LegacyUser } from "../../lib/core/user.ts";
import { custom } from "../../lib/sources/custom.ts";
import { aDeadline } from "../support/deadline.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { aSource } from "../support/legacy-source.ts";
import { aLegacyUser } from "../support/legacy-user.ts";
import { aSignIn, signInServices } from "../support/services.ts";

interface Options {
  readonly federated?: FederatedPolicy;
  readonly perMinute?: number;
  readonly sources?: Parameters<typeof guardSignUp>[1]["sources"];
}

async function aSetting(users: readonly LegacyUser[] = [aLegacyUser()], options: Options = {}) {
  const { federated = "refuse", perMinute = 100 } = options;
  const bench = await anEmbeddedLedger();
  const store = aSource(users);
  const sources = options.sources ?? [store.source];
  const services = {
    sources,
    ledger: bench.ledger,
    cache: openLegacyCache({ keepSeconds: 60, perMinute, entries: 100 }, () => new Date()),
    identifiers: { usernameCase: "insensitive" } as const,
    federated,
    now: () => new Date(),
  };
  const guard = (identifiers: Partial<Identifiers>, by: "person" | "federation" | "admin", platformId?: string) =>
    guardSignUp(
      {
        kind: "sign-up",
        identifiers: { usernames: [], emailVerified: false, phoneVerified: false, ...identifiers },
        by,
        ...(platformId === undefined ? {} : { platformId }),
      },
      services,
      aDeadline(),
    );
  return {
    ...bench,
    ...store,
    signUp: (identifiers: Partial<Identifiers>) => guard(identifiers, "person"),
    admin: (identifiers: Partial<Identifiers>) => guard(identifiers, "admin"),
    federate: (identifiers: Partial<Identifiers>, platformId = "pool#Google_1") =>
      guard(identifiers, "federation", platformId),
    signIn: () => signIn(aSignIn("ann"), signInServices({ ledger: bench.ledger, sources }), aDeadline()),
    change: async (decide: typeof onBlock) => {
      for (const before of await bench.rows()) {
        const transition = decide(before, new Date());
        if (transition.kind === "to") await bench.erasing.change({ before, ...transition }, aDeadline().signal);
      }
    },
  };
}

const allowed = { kind: "allowed" };
const taken = { kind: "denied", reason: "taken" };
const annsMail = { email: "Ann@Example.com", emailVerified: true };

describe("a person's sign-up", () => {
  it.each<readonly [string, Partial<Identifiers>]>([
    ["e-mail address", { usernames: ["new"], email: "ANN@example.com" }],
    ["user name", { usernames: ["Ann"] }],
    ["preferred user name", { usernames: ["new", "ann"] }],
    ["e-mail address as a user name", { usernames: ["ann@example.com"] }],
  ])("is refused with the %s of a legacy user", async (_, identifiers) => {
    expect(await (await aSetting()).signUp(identifiers)).toEqual(taken);
  });

  it("is refused with the phone number of a legacy user", async () => {
    const { signUp } = await aSetting([aLegacyUser({ attributes: { phone_number: "+15550102030" } })]);
    expect(await signUp({ usernames: ["new"], phone: "+1 555 010 2030" })).toEqual(taken);
  });

  it("is refused with the identifier of a disabled legacy user too", async () => {
    expect(await (await aSetting([aLegacyUser({ enabled: false })])).signUp({ usernames: ["ann"] })).toEqual(taken);
  });

  it("is let through with identifiers that nobody has, each asked once", async () => {
    const { signUp, asked, items } = await aSetting();
    expect(await signUp({ usernames: ["new", "NEW"], email: "new@example.com" })).toEqual(allowed);
    expect(asked).toEqual(["username new", "email new@example.com", "username new@example.com"]);
    expect(await items()).toEqual([]);
  });

  it("is refused where it carries a legacy id", async () => {
    expect(await (await aSetting([])).signUp({ usernames: ["new"], legacyId: "1" })).toEqual(taken);
  });

  it.each(["", "a\u0000b", "x".repeat(300), "\ud800"])("is refused with the identifier %j", async (username) => {
    expect(await (await aSetting()).signUp({ usernames: [username] })).toEqual({ kind: "denied", reason: "malformed" });
  });

  it("is left to the platform's own rules once the legacy user has moved", async () => {
    const { signUp, signIn, change } = await aSetting();
    await signIn();
    expect(await signUp({ usernames: ["ann"] })).toEqual(taken);
    await change((row, now) => onProof(row, "pool#sub", now));
    expect(await signUp({ usernames: ["ann"] })).toEqual(allowed);
  });

  it("is refused with the identifier of a blocked user, and open again after an erasure on both sides", async () => {
    const { signUp, signIn, change, users } = await aSetting();
    await signIn();
    await change(onBlock);
    users.clear();
    expect(await signUp({ usernames: ["ann"] })).toEqual(taken);
    await change(onErase);
    expect(await signUp({ usernames: ["ann"] })).toEqual(allowed);
  });

  it("is refused where the legacy record cannot be read: somebody's the identifier is", async () => {
    const sources = [custom({ lookups: ["username"], find: () => ({ ...aLegacyUser(), id: null }) })];
    const { signUp } = await aSetting([], { sources });
    expect(await signUp({ usernames: ["ann"] })).toEqual({ ...taken, code: "RECORD_UNUSABLE" });
  });

  it("is a fault where the store is down, or this minute's look-ups are used up", async () => {
    const down = custom({
      lookups: ["username"],
      find: () => {
        throw new Error("down");
      },
    });
    const broken = await aSetting([], { sources: [down] });
    await expect(broken.signUp({ usernames: ["ann"] })).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    const tight = await aSetting([], { perMinute: 1 });
    expect(await tight.signUp({ usernames: ["one"] })).toEqual(allowed);
    await expect(tight.signUp({ usernames: ["two"] })).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
  });
});

describe("a creation by the platform or an administrator", () => {
  it("is always let through: it is called in the middle of the migration itself", async () => {
    const { admin, asked } = await aSetting();
    expect(await admin({ usernames: ["ann"], legacyId: "1", ...annsMail })).toEqual(allowed);
    expect(asked).toEqual([]);
  });
});

describe("a sign-up by an identity provider", () => {
  it("is refused with the verified e-mail address of a legacy user, by default", async () => {
    expect(await (await aSetting()).federate(annsMail)).toEqual(taken);
  });

  it("is let through with an e-mail address that is not verified, or is nobody's", async () => {
    const { federate } = await aSetting();
    expect(await federate({ ...annsMail, emailVerified: false })).toEqual(allowed);
    expect(await federate({ ...annsMail, email: "new@example.com" })).toEqual(allowed);
  });

  it("is let through by the policy allow, and writes nothing", async () => {
    const { federate, items } = await aSetting(undefined, { federated: "allow" });
    expect(await federate(annsMail)).toEqual(allowed);
    expect(await items()).toEqual([]);
  });

  it("is given the legacy user's row by the policy link, once", async () => {
    const { federate, rows } = await aSetting(undefined, { federated: "link" });
    expect(await federate(annsMail)).toEqual(allowed);
    expect(await federate(annsMail)).toEqual(allowed);
    expect(await rows()).toMatchObject([
      { state: "verified", platformId: "pool#Google_1", platformUsername: "Google_1", version: 1 },
    ]);
    expect(await federate(annsMail, "pool#Google_2")).toEqual(taken);
  });

  it.each<readonly [string, Partial<LegacyUser>, object]>([
    [
      "an e-mail address that the legacy store has not verified",
      { attributes: { email: "ann@example.com", email_verified: "false" } },
      taken,
    ],
    ["a disabled legacy user", { enabled: false }, { kind: "denied", reason: "disabled" }],
  ])("is never linked to %s", async (_, overrides, expected) => {
    const { federate, items } = await aSetting([aLegacyUser(overrides)], { federated: "link" });
    expect(await federate(annsMail)).toEqual(expected);
    expect(await items()).toEqual([]);
  });

  it("is never linked to a user who is moving or blocked", async () => {
    const { federate, signIn, change } = await aSetting(undefined, { federated: "link" });
    await signIn();
    expect(await federate(annsMail)).toEqual(taken);
    await change(onBlock);
    expect(await federate(annsMail)).toEqual(taken);
  });

  it("is refused where it carries a legacy id", async () => {
    expect(await (await aSetting([], { federated: "allow" })).federate({ legacyId: "1" })).toEqual(taken);
  });
});
