import { describe, expect, it } from "vitest";
import { type LedgerUser, type UserState, userStates } from "../../lib/core/ports.ts";
import {
  type Candidate,
  onBlock,
  onDrift,
  onErase,
  onForgottenPassword,
  onImport,
  onJoined,
  onLink,
  onNotPlaced,
  onPlaced,
  onPlacing,
  onProof,
  onReset,
  onRightPassword,
  onUnblock,
  type Transition,
} from "../../lib/core/transitions.ts";

// The design's transition table, whole: every event against every state, and what it writes into the history.

const now = new Date("2026-02-03T04:05:06.000Z");
const candidate: Candidate = {
  source: "shop",
  legacyId: "1",
  legacyKey: "1",
  platformUsername: "ann",
  identifiers: ["ann", "ann@example.com"],
};
/** Everything that an event may have to do with, so that no event stays for the want of it. */
const aRow = (state: UserState): LedgerUser => ({
  ...candidate,
  state,
  version: 3,
  since: "2026-01-01T00:00:00.000Z",
  fingerprint: "old.enabled",
  mustReset: true,
  mustChange: true,
  vaulted: true,
  totp: true,
  groups: ["staff"],
  identities: [{ provider: "Google", userId: "42" }],
  ...(state === "blocked" ? { former: "verified" } : {}),
});

type Row = LedgerUser | undefined;
const events = {
  "right password": (row: Row) => onRightPassword(row, { ...candidate, fingerprint: "new.enabled" }, now),
  "forgotten password": (row: Row) => onForgottenPassword(row, { ...candidate, fingerprint: "new.enabled" }, now),
  import: (row: Row) => onImport(row, candidate, now),
  placing: (row: Row) => onPlacing(row, candidate, false, now),
  link: (row: Row) => onLink(row, candidate, "pool#Google_1", now),
  proof: (row: LedgerUser) => onProof(row, "pool#sub", now),
  placed: (row: LedgerUser) => onPlaced(row, "pool#sub", now),
  "not placed": (row: LedgerUser) => onNotPlaced(row, now),
  joined: (row: LedgerUser) => onJoined(row, now),
  drift: (row: LedgerUser) => onDrift(row, "new.enabled", "reset", now),
  reset: (row: LedgerUser) => onReset(row, now),
  block: (row: LedgerUser) => onBlock(row, now),
  unblock: (row: LedgerUser) => onUnblock(row, now),
  erase: (row: LedgerUser) => onErase(row, now),
} as const;
type EventName = keyof typeof events;

// `-`: the event needs a row. `stay`: nothing is written. `state (event)`: what stands in the row, and in the history.
const states = ["none", ...userStates] as const;
const table: Readonly<Record<EventName, readonly [string, string, string, string, string, string, string, string]>> = {
  //                    none, imported, verified, resetting, placing, migrated, blocked, erased
  "right password": [
    ...(["verified (verified)", "verified (verified)", "verified (verified)", "must-change"] as const),
    ...(["conflict", "already-migrated", "blocked", "erased"] as const),
  ],
  "forgotten password": [
    ...(["resetting (resetting)", "resetting (resetting)", "resetting (resetting)", "resetting (resetting)"] as const),
    ...(["conflict", "already-migrated", "blocked", "erased"] as const),
  ],
  import: ["imported (imported)", "imported (imported)", "stay", "stay", "stay", "stay", "stay", "stay"],
  placing: ["placing (placing)", "placing (placing)", "stay", "stay", "stay", "stay", "stay", "stay"],
  link: ["verified (linked)", "verified (linked)", "taken", "taken", "taken", "taken", "taken", "taken"],
  proof: [
    ...(["-", "stay", "migrated (migrated)", "migrated (migrated)"] as const),
    ...(["migrated (migrated)", "stay", "stay", "stay"] as const),
  ],
  placed: ["-", "stay", "stay", "stay", "migrated (migrated)", "stay", "stay", "stay"],
  "not placed": ["-", "stay", "stay", "stay", "imported (not-placed)", "stay", "stay", "stay"],
  joined: [
    ...(["-", "imported (joined)", "verified (joined)", "resetting (joined)"] as const),
    ...(["placing (joined)", "migrated (joined)", "blocked (joined)", "erased (joined)"] as const),
  ],
  drift: ["-", "stay", "stay", "stay", "stay", "migrated (drifted)", "stay", "stay"],
  reset: [
    ...(["-", "imported (reset-required)", "verified (reset-required)", "resetting (reset-required)"] as const),
    ...(["placing (reset-required)", "migrated (reset-required)"] as const),
    ...(["blocked (reset-required)", "erased (reset-required)"] as const),
  ],
  block: [
    ...(["-", "blocked (blocked)", "blocked (blocked)", "blocked (blocked)"] as const),
    ...(["blocked (blocked)", "blocked (blocked)", "stay", "erased"] as const),
  ],
  unblock: ["-", "stay", "stay", "stay", "stay", "stay", "verified (unblocked)", "stay"],
  erase: [
    ...(["-", "erased (erased)", "erased (erased)", "erased (erased)"] as const),
    ...(["erased (erased)", "erased (erased)", "erased (erased)", "stay"] as const),
  ],
};

function told(transition: Transition): string {
  if (transition.kind === "to") return `${transition.after.state} (${transition.event})`;
  return transition.kind === "denied" ? transition.reason : transition.kind;
}

const cells = (Object.keys(events) as EventName[]).flatMap((event) =>
  states.map((state, index) => [event, state, table[event][index] ?? ""] as const),
);

describe("every state and every event", () => {
  it.each(cells.filter(([, , expected]) => expected !== "-"))("%s: %s → %s", (event, state, expected) => {
    const row = state === "none" ? undefined : aRow(state);
    const transition = events[event](row as LedgerUser);
    expect(told(transition)).toBe(expected);
    if (transition.kind !== "to") return;
    // One version more, noted at this time; the user stays the same one.
    expect(transition.after).toMatchObject({
      ...{ source: "shop", legacyId: "1", legacyKey: "1", since: now.toISOString() },
      version: row === undefined ? 1 : 4,
    });
  });

  it.each([
    // What a row has afterwards of what it had before.
    ["right password", "imported", "totp mustReset mustChange vaulted groups identities fingerprint=new"],
    ["forgotten password", "imported", "totp mustReset mustChange vaulted groups identities fingerprint=new"],
    ["import", "imported", "totp mustReset vaulted fingerprint=old"],
    ["placing", "imported", "totp mustReset vaulted fingerprint=old"],
    ["link", "imported", "totp mustReset mustChange vaulted groups identities fingerprint=old"],
    ["proof", "verified", "totp mustReset groups identities fingerprint=old"],
    ["proof", "placing", "totp mustReset groups identities fingerprint=old"],
    ["placed", "placing", "totp mustReset fingerprint=old"],
    ["not placed", "placing", "totp mustReset mustChange vaulted groups identities fingerprint=old"],
    ["joined", "migrated", "totp mustReset mustChange vaulted fingerprint=old"],
    ["drift", "migrated", "totp mustReset mustChange vaulted groups identities fingerprint=new"],
    ["reset", "migrated", "totp mustChange vaulted groups identities fingerprint=old"],
    ["block", "verified", "totp mustReset mustChange vaulted groups identities fingerprint=old"],
    ["unblock", "blocked", "totp mustReset mustChange vaulted groups identities fingerprint=old"],
    ["erase", "migrated", ""],
  ] as const)("%s of %s keeps %s", (event, state, kept) => {
    const transition = events[event](aRow(state));
    if (transition.kind !== "to") throw new Error(`no change: ${told(transition)}`);
    const { after } = transition;
    const words = ["totp", "mustReset", "mustChange", "vaulted", "groups", "identities"] as const;
    const found = words.filter((word) => after[word] !== undefined);
    const fingerprint = after.fingerprint === undefined ? [] : [`fingerprint=${after.fingerprint.split(".")[0]}`];
    expect([...found, ...fingerprint].join(" ")).toBe(kept);
  });

  it.each([
    ["imported", "forgotten password", "imported"],
    ["verified", "forgotten password", "verified"],
    ["migrated", "block", "migrated"],
    ["placing", "block", "placing"],
    ["blocked", "unblock", undefined],
    ["blocked", "erase", undefined],
  ] as const)("of %s after %s the state to go back to is %s", (state, event, former) => {
    const transition = events[event](aRow(state));
    expect(transition.kind === "to" && transition.after.former).toBe(former);
  });
});

describe("whose row it is, and what goes with a change", () => {
  const others = [{ legacyId: "2" }, { source: "forum" }];
  it.each(["import", "placing"] as const)("%s leaves the row of another id or source alone", (event) => {
    for (const other of others) expect(told(events[event]({ ...aRow("imported"), ...other }))).toBe("conflict");
  });

  it.each(["right password", "forgotten password"] as const)("%s is a conflict with another user's row", (event) => {
    for (const other of others) expect(told(events[event]({ ...aRow("verified"), ...other }))).toBe("conflict");
  });

  it("the platform's name is free again where the platform did not take the user, who waits in the vault", () => {
    const { vaulted: _, ...row } = aRow("placing");
    expect(onNotPlaced(row, now)).toMatchObject({ after: { vaulted: true } });
    const { after } = onNotPlaced(row, now) as Extract<Transition, { kind: "to" }>;
    expect(after.platformUsername).toBeUndefined();
  });

  it("placing keeps a user in the vault where the import says so, and begins one there", () => {
    for (const row of [undefined, aRow("imported")]) {
      expect(onPlacing(row, candidate, true, now)).toMatchObject({ after: { vaulted: true } });
    }
    expect(onPlacing(undefined, candidate, false, now)).not.toHaveProperty("after.vaulted");
  });

  it.each([
    ["groups alone", "identities", "joined"],
    ["identities alone", "groups", "joined"],
  ] as const)("%s are joined too", (_, absent, event) => {
    const { [absent]: __, ...row } = aRow("migrated");
    expect(onJoined(row, now)).toMatchObject({ kind: "to", event });
  });

  it("nothing is joined, or reset, that nothing asks for", () => {
    const { groups: _, identities: __, mustReset: ___, ...row } = aRow("migrated");
    expect(onJoined(row, now)).toEqual({ kind: "stay" });
    expect(onReset(row, now)).toEqual({ kind: "stay" });
  });

  it("a block of somebody whose former state nobody knows goes back to imported", () => {
    const { former: _, ...row } = aRow("blocked");
    expect(told(onUnblock(row, now))).toBe("imported (unblocked)");
    expect(told(onUnblock({ ...row, former: "none" }, now))).toBe("imported (unblocked)");
    expect(told(onUnblock({ ...row, former: "migrated" }, now))).toBe("migrated (unblocked)");
  });

  it("a second look at the same password and addresses writes nothing, and another address or password does", () => {
    const { fingerprint: _, ...plain } = aRow("verified");
    const row = { ...plain, fingerprint: "new.enabled" };
    expect(told(events["right password"](row))).toBe("stay");
    expect(told(events["right password"]({ ...row, identifiers: ["ann"] }))).toBe("verified (verified)");
    expect(told(events["right password"]({ ...row, identifiers: ["ann", "old@example.com"] }))).toBe(
      "verified (verified)",
    );
  });

  it.each([
    ["another password, and resets are wanted", "old.enabled", "new.enabled", "reset", "drifted", true],
    ["another password, and the platform wins", "old.enabled", "new.enabled", "platform-wins", "drifted", undefined],
    ["another status alone", "old.enabled", "old.disabled", "reset", "drifted", undefined],
    ["nothing known before", undefined, "new.enabled", "reset", "watched", undefined],
  ] as const)("a drift of %s", (_, before, after, rule, event, mustReset) => {
    const { fingerprint: __, mustReset: ___, ...plain } = aRow("migrated");
    const row = { ...plain, ...(before === undefined ? {} : { fingerprint: before }) };
    const transition = onDrift(row, after, rule, now);
    expect(transition).toMatchObject({ kind: "to", event, after: { fingerprint: after } });
    expect(transition.kind === "to" && transition.after.mustReset).toBe(mustReset);
  });

  it("no drift is noted of what is as it was", () => {
    expect(onDrift(aRow("migrated"), "old.enabled", "reset", now)).toEqual({ kind: "stay" });
  });

  it("a proof of another pool is none, and one of the same pool under another name is", () => {
    const row = { ...aRow("verified"), platformId: "pool#Google_1" };
    expect(told(onProof(row, "other#sub", now))).toBe("stay");
    expect(onProof(row, "pool#sub", now)).toMatchObject({ after: { platformId: "pool#Google_1" } });
    expect(onProof(row, undefined, now)).toMatchObject({ after: { platformId: "pool#Google_1" } });
    expect(onProof(aRow("verified"), undefined, now)).not.toHaveProperty("after.platformId");
  });

  it("the same person of a provider is linked once", () => {
    const row = { ...aRow("verified"), platformId: "pool#Google_1" };
    expect(told(events.link(row))).toBe("stay");
    expect(told(events.link({ ...row, platformId: "pool#Google_2" }))).toBe("taken");
    expect(told(events.link({ ...row, state: "migrated" }))).toBe("taken");
  });
});
