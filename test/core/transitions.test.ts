import { describe, expect, it } from "vitest";
import { type LedgerUser, type UserState, userStates } from "../../lib/core/ports.ts";
import {
  type Candidate,
  onBlock,
  onErase,
  onForgottenPassword,
  onImport,
  onLink,
  onProof,
  onRightPassword,
  onUnblock,
  refusalOf,
  type Transition,
} from "../../lib/core/transitions.ts";

const now = new Date("2026-02-03T04:05:06.000Z");
const candidate: Candidate = {
  source: "shop",
  legacyId: "1",
  legacyKey: "1",
  platformUsername: "ann",
  identifiers: ["ann", "ann@example.com"],
};

function aRow(overrides: Partial<LedgerUser> = {}): LedgerUser {
  return { ...candidate, state: "verified", version: 3, since: "2026-01-01T00:00:00.000Z", ...overrides };
}

/** The state that a transition leads to, `stay`, or the reason of a refusal. */
function told(transition: Transition): string {
  if (transition.kind === "to") return transition.after.state;
  return transition.kind === "denied" ? `denied ${transition.reason}` : "stay";
}

const byState = (answers: Record<UserState, string>) => userStates.map((state) => [state, answers[state]] as const);

describe("the transition table", () => {
  it.each([
    ["none", "imported"] as const,
    ...byState({
      imported: "imported",
      verified: "stay",
      resetting: "stay",
      placing: "stay",
      migrated: "stay",
      blocked: "stay",
      erased: "stay",
    }),
  ])("an import into the vault: %s → %s", (state, expected) => {
    const row = state === "none" ? undefined : aRow({ state });
    const transition = onImport(row, candidate, now);
    expect(told(transition)).toBe(expected);
    if (transition.kind === "to") expect(transition.after.vaulted).toBe(true);
  });

  it("an import into the vault leaves the row of another legacy id alone", () => {
    expect(told(onImport(aRow({ state: "imported", legacyId: "2" }), candidate, now))).toBe("denied conflict");
  });

  it.each([
    ["a right password", (row: LedgerUser) => onRightPassword(row, candidate, now), true],
    ["a forgotten password", (row: LedgerUser) => onForgottenPassword(row, candidate, now), true],
    ["a link", (row: LedgerUser) => onLink(row, candidate, "pool#Google_1", now), true],
    ["a block", (row: LedgerUser) => onBlock(row, now), true],
    ["a proof", (row: LedgerUser) => onProof({ ...row, state: "placing" }, "pool#sub", now), undefined],
    ["an erasure", (row: LedgerUser) => onErase(row, now), undefined],
  ] as const)("after %s a vaulted row is so still where its hash is needed", (_, decide, vaulted) => {
    const transition = decide(aRow({ state: "imported", vaulted: true }));
    if (transition.kind !== "to") throw new Error(`no change: ${told(transition)}`);
    expect(transition.after.vaulted).toBe(vaulted);
  });

  it.each([
    ["none", "verified"] as const,
    ...byState({
      imported: "verified",
      verified: "stay",
      resetting: "denied must-change",
      placing: "denied conflict",
      migrated: "denied already-migrated",
      blocked: "denied blocked",
      erased: "denied erased",
    }),
  ])("right password: %s → %s", (state, expected) => {
    const row = state === "none" ? undefined : aRow({ state });
    expect(told(onRightPassword(row, candidate, now))).toBe(expected);
  });

  it.each([
    ["none", "resetting"] as const,
    ...byState({
      imported: "resetting",
      verified: "resetting",
      resetting: "stay",
      placing: "denied conflict",
      migrated: "denied already-migrated",
      blocked: "denied blocked",
      erased: "denied erased",
    }),
  ])("forgotten password: %s → %s", (state, expected) => {
    const row = state === "none" ? undefined : aRow({ state });
    expect(told(onForgottenPassword(row, candidate, now))).toBe(expected);
  });

  it.each(
    byState({
      imported: "stay",
      verified: "migrated",
      resetting: "migrated",
      placing: "migrated",
      migrated: "stay",
      blocked: "stay",
      erased: "stay",
    }),
  )("the platform's proof: %s → %s", (state, expected) => {
    expect(told(onProof(aRow({ state }), "pool#sub", now))).toBe(expected);
  });

  it.each([
    ["none", "verified"] as const,
    ...byState({
      imported: "verified",
      verified: "denied taken",
      resetting: "denied taken",
      placing: "denied taken",
      migrated: "denied taken",
      blocked: "denied taken",
      erased: "denied taken",
    }),
  ])("link: %s → %s", (state, expected) => {
    const row = state === "none" ? undefined : aRow({ state });
    expect(told(onLink(row, candidate, "pool#Google_1", now))).toBe(expected);
  });

  it.each(
    byState({
      imported: "blocked",
      verified: "blocked",
      resetting: "blocked",
      placing: "blocked",
      migrated: "blocked",
      blocked: "stay",
      erased: "denied erased",
    }),
  )("block: %s → %s", (state, expected) => {
    expect(told(onBlock(aRow({ state }), now))).toBe(expected);
  });

  it.each(["imported", "verified", "placing", "resetting", "migrated"] as const)("unblock goes back to %s", (state) => {
    const blocked = onBlock(aRow({ state }), now);
    expect(blocked.kind === "to" && told(onUnblock(blocked.after, now))).toBe(state);
  });

  it.each(userStates.filter((state) => state !== "blocked"))("unblock leaves %s as it is", (state) => {
    expect(told(onUnblock(aRow({ state }), now))).toBe("stay");
  });

  it.each(userStates)("erase: %s → erased, which stays", (state) => {
    expect(told(onErase(aRow({ state }), now))).toBe(state === "erased" ? "stay" : "erased");
  });
});

describe("every change", () => {
  const changes: readonly (readonly [string, Transition, LedgerUser])[] = [
    ["right password", onRightPassword(aRow({ state: "imported" }), candidate, now), aRow({ state: "imported" })],
    ["forgotten password", onForgottenPassword(aRow(), candidate, now), aRow()],
    ["proof", onProof(aRow(), "pool#sub", now), aRow()],
    ["link", onLink(aRow({ state: "imported" }), candidate, "pool#Google_1", now), aRow()],
    ["block", onBlock(aRow(), now), aRow()],
    ["unblock", onUnblock(aRow({ state: "blocked", former: "verified" }), now), aRow()],
    ["erase", onErase(aRow(), now), aRow()],
  ];

  it.each(changes)("%s counts the version up by one and notes the time", (_, change) => {
    expect(change).toMatchObject({ kind: "to", after: { version: 4, since: now.toISOString(), legacyId: "1" } });
  });

  it("begins a row at version 1", () => {
    expect(onRightPassword(undefined, candidate, now)).toMatchObject({ after: { version: 1 }, event: "verified" });
    expect(onForgottenPassword(undefined, candidate, now)).toMatchObject({ after: { version: 1, former: "none" } });
  });
});

describe("onRightPassword", () => {
  it("denies a row of another user or source", () => {
    for (const other of [{ legacyId: "2" }, { source: "forum" }]) {
      expect(told(onRightPassword(aRow(other), candidate, now))).toBe("denied conflict");
    }
  });

  it("denies another platform name than the first one: it would make a second user", () => {
    expect(told(onRightPassword(aRow({ platformUsername: "bob" }), candidate, now))).toBe("denied conflict");
  });

  it("fixes the platform name of an imported user", () => {
    const { platformUsername: _, ...imported } = aRow({ state: "imported" });
    expect(onRightPassword(imported, candidate, now)).toMatchObject({ after: { platformUsername: "ann" } });
  });

  it("moves identifiers that have changed, and keeps what the platform is known by", () => {
    const row = aRow({ identifiers: ["ann", "old@example.com"], platformId: "pool#sub" });
    expect(onRightPassword(row, candidate, now)).toMatchObject({
      kind: "to",
      after: { state: "verified", identifiers: candidate.identifiers, platformId: "pool#sub" },
    });
  });
});

describe("onForgottenPassword", () => {
  it.each(["imported", "verified"] as const)(
    "remembers that the user was %s, for a reset that nobody finishes",
    (state) => {
      expect(onForgottenPassword(aRow({ state }), candidate, now)).toMatchObject({ after: { former: state } });
    },
  );

  it("keeps the first former state when it comes again with other identifiers", () => {
    const row = aRow({ state: "resetting", former: "imported", identifiers: ["ann"] });
    expect(onForgottenPassword(row, candidate, now)).toMatchObject({
      after: { state: "resetting", former: "imported" },
    });
  });
});

describe("onProof", () => {
  it("notes the platform's id at the first proof", () => {
    expect(onProof(aRow(), "pool#sub", now)).toMatchObject({ after: { platformId: "pool#sub" } });
  });

  it("is no proof when it comes from another pool than the row's", () => {
    expect(told(onProof(aRow({ platformId: "pool-a#sub" }), "pool-b#sub", now))).toBe("stay");
  });

  it("forgets the former state of a reset that was finished", () => {
    const done = onProof(aRow({ state: "resetting", former: "imported" }), "pool#sub", now);
    expect(done.kind === "to" && done.after.former).toBeUndefined();
  });
});

describe("onLink", () => {
  it("stays when the same person comes again", () => {
    expect(told(onLink(aRow({ platformId: "pool#Google_1" }), candidate, "pool#Google_1", now))).toBe("stay");
    expect(told(onLink(aRow({ platformId: "pool#Google_1" }), candidate, "pool#Google_2", now))).toBe("denied taken");
  });
});

describe("onErase", () => {
  it("leaves a tombstone without identifiers, name and former state", () => {
    const erased = onErase(aRow({ state: "blocked", former: "migrated", platformId: "pool#sub" }), now);
    expect(erased).toEqual({
      kind: "to",
      event: "erased",
      after: {
        source: "shop",
        legacyId: "1",
        legacyKey: "1",
        platformId: "pool#sub",
        state: "erased",
        identifiers: [],
        version: 4,
        since: now.toISOString(),
      },
    });
  });
});

describe("refusalOf", () => {
  it("lets a reset that was begun end the old password, and be begun again", () => {
    expect(refusalOf(aRow({ state: "resetting" }), "sign-in")).toBe("must-change");
    expect(refusalOf(aRow({ state: "resetting" }), "look-up")).toBeUndefined();
  });

  it.each(["imported", "verified"] as const)("lets %s through to the password", (state) => {
    expect(refusalOf(aRow({ state }), "sign-in")).toBeUndefined();
    expect(refusalOf(undefined, "sign-in")).toBeUndefined();
  });
});
