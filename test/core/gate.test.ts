import { describe, expect, it } from "vitest";
import { type DriftWatch, fingerprintOf } from "../../lib/core/drift.ts";
import { passGate } from "../../lib/core/gate.ts";
import { openLegacyCache } from "../../lib/core/legacy-cache.ts";
import type { LegacySource, UserState } from "../../lib/core/ports.ts";
import { onReset } from "../../lib/core/transitions.ts";
import type { PlatformUser } from "../../lib/core/user.ts";
import { custom } from "../../lib/sources/custom.ts";
import { aDeadline } from "../support/deadline.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { aSource } from "../support/legacy-source.ts";
import { aLegacyUser, storedHash } from "../support/legacy-user.ts";
import { aSecretRef } from "../support/secret-ref.ts";

const nobody: PlatformUser = { username: "opaque", id: "pool#other", emailVerified: false, phoneVerified: false };

/** A ledger with Ann's row in this state, and the gate before it. */
async function aSetting(
  state: UserState | "none",
  sources?: readonly LegacySource[],
  perMinute = 100,
  drift?: DriftWatch,
  keepSeconds = drift === undefined ? 60 : 0,
) {
  const bench = await anEmbeddedLedger();
  if (state !== "none") {
    const after = {
      source: "custom",
      legacyId: "1",
      legacyKey: "1",
      platformUsername: "ann",
      platformId: "pool#sub",
      identifiers: ["ann", "ann@example.com", "+15550102030"],
      state,
      version: 1,
      since: "2026-01-01T00:00:00.000Z",
    };
    await bench.ledger.change({ before: undefined, after, event: state }, aDeadline().signal);
  }
  const cache = openLegacyCache({ keepSeconds, perMinute, entries: 10 }, () => new Date());
  const services = {
    ledger: bench.ledger,
    identifiers: { usernameCase: "insensitive" } as const,
    ...(sources === undefined ? {} : { legacyCheck: { sources, cache, drift } }),
    now: () => new Date(),
  };
  return {
    ...bench,
    pass: (user: Partial<PlatformUser> = { id: "pool#sub" }, known = true) =>
      passGate({ kind: "gate", user: { ...nobody, ...user }, known }, services, aDeadline()),
  };
}

const allowed = { kind: "allowed" };
const key = aSecretRef("a key of at least 24 bytes!");

describe("passGate", () => {
  it.each(["imported", "verified", "resetting", "placing", "migrated"] as const)("lets %s pass", async (state) => {
    expect(await (await aSetting(state)).pass()).toEqual(allowed);
  });

  it.each(["blocked"] as const)("stops %s", async (state) => {
    expect(await (await aSetting(state)).pass()).toEqual({ kind: "denied", reason: state });
  });

  it("lets a user whom Samekey does not know pass with one read and no write", async () => {
    const { pass, local } = await aSetting("none");
    const before = new Map(local.requests);
    expect(await pass({ id: "pool#sub", legacyId: "1", email: "a@example.com", emailVerified: true })).toEqual(allowed);
    expect(local.requests.get("BatchGetItem")).toBe(1);
    expect(
      [...local.requests].filter(([name, count]) => name !== "BatchGetItem" && before.get(name) !== count),
    ).toEqual([]);
  });

  it("asks nothing for a user whom the platform does not know: the migration trigger decides", async () => {
    const { pass, local } = await aSetting("blocked");
    expect(await pass({ id: "pool#sub" }, false)).toEqual(allowed);
    expect(local.requests.get("GetItem")).toBeUndefined();
  });

  it.each<readonly [string, Partial<PlatformUser>]>([
    ["platform id", { id: "pool#sub" }],
    ["identity provider's name", { federatedId: "pool#sub" }],
    ["legacy id", { legacyId: "1" }],
    ["verified e-mail address", { email: "ANN@example.com", emailVerified: true }],
    ["verified phone number", { phone: "+15550102030", phoneVerified: true }],
  ])("knows the user by %s", async (_, user) => {
    expect(await (await aSetting("blocked")).pass(user)).toEqual({ kind: "denied", reason: "blocked" });
  });

  it.each<readonly [string, Partial<PlatformUser>]>([
    ["an e-mail address that is not verified", { email: "ann@example.com" }],
    ["a phone number that is not verified", { phone: "+15550102030" }],
    ["the platform's user name", { username: "ann" }],
    ["the id of another pool", { id: "pool-b#sub" }],
  ])("does not know the user by %s", async (_, user) => {
    expect(await (await aSetting("blocked")).pass(user)).toEqual(allowed);
  });

  it("passes on a legacy id that is too long for any of the ledger's keys", async () => {
    expect(await (await aSetting("none")).pass({ legacyId: "x".repeat(2048) })).toEqual(allowed);
  });

  it("makes a fault of a ledger that is gone", async () => {
    const { pass, local } = await aSetting("blocked");
    local.faults.always("GetItem", { kind: "error", status: 400, type: "AccessDeniedException", message: "no" });
    await expect(pass()).rejects.toMatchObject({ code: "LEDGER_UNAVAILABLE" });
  });
});

describe("the gate's live check", () => {
  it("stops a user whom the legacy store has disabled, and asks once in its time", async () => {
    const { source, asked } = aSource([aLegacyUser({ enabled: false })]);
    const { pass } = await aSetting("migrated", [source]);
    expect(await pass()).toEqual({ kind: "denied", reason: "disabled" });
    expect(await pass()).toEqual({ kind: "denied", reason: "disabled" });
    expect(asked).toEqual(["id 1"]);
  });

  it("lets pass whom the legacy store has enabled, or has no longer", async () => {
    for (const users of [[aLegacyUser()], []]) {
      expect(await (await aSetting("migrated", [aSource(users).source])).pass()).toEqual(allowed);
    }
  });

  it("asks nobody about a user whom Samekey does not know, nor about one of a source that is gone", async () => {
    const other = aSource([aLegacyUser({ enabled: false })], { name: "other" });
    const { source, asked } = aSource([aLegacyUser({ enabled: false })]);
    expect(await (await aSetting("none", [source])).pass()).toEqual(allowed);
    expect(await (await aSetting("migrated", [other.source])).pass()).toEqual(allowed);
    expect([...asked, ...other.asked]).toEqual([]);
  });

  it("is a fault where the store is down or this minute's look-ups are used up", async () => {
    const down = custom({
      lookups: ["id"],
      find: () => {
        throw new Error("down");
      },
    });
    await expect((await aSetting("migrated", [down])).pass()).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    const none = await aSetting("migrated", [aSource([]).source], 0);
    await expect(none.pass()).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
  });
});

describe("the gate, where changes in the legacy store are watched", () => {
  const changed = { password: { encoded: storedHash("another") } };

  async function watched(rule: DriftWatch["rule"]) {
    const store = aSource([aLegacyUser()]);
    const setting = await aSetting("migrated", [store.source], 100, { key, rule });
    // The first sign-in after the move is what later ones are held against.
    expect(await setting.pass()).toEqual(allowed);
    const change = (overrides: Parameters<typeof aLegacyUser>[0]) => store.users.set("1", aLegacyUser(overrides));
    const events = async () =>
      (await setting.items()).flatMap((item) => (item.pk?.S?.startsWith("audit#") ? [item.event?.S] : []));
    return { ...setting, change, events };
  }

  it("lets a user through whose legacy password has changed, and writes it down, where the platform wins", async () => {
    const { pass, change, events } = await watched("platform-wins");
    change(changed);
    expect(await pass()).toEqual(allowed);
    expect(await pass()).toEqual(allowed);
    expect(await events()).toEqual(["migrated", "watched", "drifted"]);
  });

  it("refuses that user from then on where the password is to be reset, until it has been", async () => {
    const { pass, change, rows, ledger } = await watched("reset");
    change(changed);
    const refused = { kind: "denied", reason: "must-change" };
    expect(await pass()).toEqual(refused);
    expect(await pass()).toEqual(refused);
    const [row] = await rows();
    if (row === undefined) expect.unreachable("no row");
    const reset = onReset(row, new Date());
    if (reset.kind === "to") await ledger.change({ before: row, ...reset }, aDeadline().signal);
    expect(await pass()).toEqual(allowed);
  });

  it("notes nothing by what an environment had kept from before another one noted the change", async () => {
    const store = aSource([aLegacyUser()]);
    const { ledger, pass, rows } = await aSetting("migrated", [store.source], 100, { key, rule: "reset" }, 60);
    expect(await pass()).toEqual(allowed);
    // Another environment notes the change, and the password is reset; this one still keeps what it saw before.
    store.users.set("1", aLegacyUser(changed));
    const [row] = await rows();
    if (row === undefined) expect.unreachable("no row");
    const fingerprint = await fingerprintOf(aLegacyUser(changed), { key, rule: "reset" }, aDeadline().signal);
    const after = { ...row, fingerprint, version: row.version + 1 };
    await ledger.change({ before: row, after, event: "drifted" }, aDeadline().signal);
    expect(await pass()).toEqual(allowed);
    expect(await rows()).toEqual([after]);
  });

  it("refuses a user whom the legacy store has disabled, and asks nobody for a new password", async () => {
    const { pass, change, rows, events } = await watched("reset");
    change({ enabled: false });
    expect(await pass()).toEqual({ kind: "denied", reason: "disabled" });
    expect((await rows())[0]?.mustReset).toBeUndefined();
    expect(await events()).toEqual(["migrated", "watched", "drifted"]);
  });

  it("notes nothing of a user who is gone from the legacy store", async () => {
    const store = aSource([]);
    const { pass, items } = await aSetting("migrated", [store.source], 100, { key, rule: "reset" });
    expect(await pass()).toEqual(allowed);
    expect((await items()).some((item) => item.event?.S === "watched")).toBe(false);
  });

  it.each(["blocked"] as const)("does not bring back a user who is %s", async (state) => {
    const store = aSource([aLegacyUser(changed)]);
    const { pass, rows } = await aSetting(state, [store.source], 100, { key, rule: "reset" });
    expect(await pass()).toEqual({ kind: "denied", reason: state });
    expect(await rows()).toMatchObject([{ state, version: 1 }]);
  });
});
