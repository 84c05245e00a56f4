import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { complete } from "../../lib/core/completion.ts";
import { type DriftWatch, fingerprintOf, noteDrift } from "../../lib/core/drift.ts";
import { type LedgerUser, type UserState, userStates } from "../../lib/core/ports.ts";
import { signIn } from "../../lib/core/sign-in.ts";
import { onDrift, onErase } from "../../lib/core/transitions.ts";
import { aDeadline } from "../support/deadline.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { aSource } from "../support/legacy-source.ts";
import { aLegacyUser, storedHash } from "../support/legacy-user.ts";
import { aSecretRef } from "../support/secret-ref.ts";
import { aCompletion, aSignIn, signInServices } from "../support/services.ts";

const drift: DriftWatch = { key: aSecretRef("a key of at least 24 bytes!"), rule: "platform-wins" };
const { signal } = new AbortController();
const now = () => new Date("2026-03-01T00:00:00.000Z");

const of = (overrides: Parameters<typeof aLegacyUser>[0] = {}, watch = drift) =>
  fingerprintOf(aLegacyUser(overrides), watch, signal);

describe("fingerprintOf", () => {
  it("is the same for the same password and status, whatever else changes", async () => {
    expect(await of({ attributes: { email: "new@example.com" }, username: "other" })).toBe(await of());
  });

  it.each([
    ["the stored password", { password: { encoded: storedHash("another") } }],
    ["its salt", { password: { encoded: storedHash("x"), salt: "s" } }],
    ["one of several", { password: [{ encoded: "a" }, { encoded: "b" }] }],
    ["none any more", { password: [] }],
    ["the status", { enabled: false }],
    ["the user", { id: "2" }],
    ["the source", { source: "other" }],
  ])("is another one when this changes: %s", async (_, changed) => {
    expect(await of(changed)).not.toBe(await of());
  });

  it("goes by the version of the password where there is one: a hash that is made anew is no new password", async () => {
    const versioned = (encoded: string, passwordVersion: string) => of({ password: { encoded }, passwordVersion });
    expect(await versioned("a", "7")).toBe(await versioned("b", "7"));
    expect(await versioned("a", "8")).not.toBe(await versioned("a", "7"));
  });

  it("is keyed, so that the ledger does not tell who has which hash", async () => {
    const other = { ...drift, key: aSecretRef("another key of 24 bytes and more") };
    expect(await of({}, other)).not.toBe(await of());
    expect(await of()).not.toContain(storedHash("Correct horse 1!"));
  });

  it("refuses a key that could be guessed", async () => {
    await expect(of({}, { ...drift, key: aSecretRef("short") })).rejects.toMatchObject({ code: "SECRET_INVALID" });
  });
});

function aRow(overrides: Partial<LedgerUser> = {}): LedgerUser {
  return {
    source: "custom",
    legacyId: "1",
    legacyKey: "1",
    identifiers: ["ann"],
    platformUsername: "ann",
    platformId: "us-east-1_TEST#sub",
    state: "migrated",
    version: 3,
    since: "2026-01-01T00:00:00.000Z",
    fingerprint: "old.enabled",
    ...overrides,
  };
}

describe("onDrift", () => {
  const rules = ["platform-wins", "reset"] as const;

  it.each(rules)("%s: stays when nothing has changed", (rule) => {
    expect(onDrift(aRow(), "old.enabled", rule, now())).toEqual({ kind: "stay" });
  });

  it("notes a new password and leaves the platform's alone, or asks for its end", () => {
    const [wins, reset] = rules.map((rule) => onDrift(aRow(), "new.enabled", rule, now()));
    expect(wins).toMatchObject({
      kind: "to",
      event: "drifted",
      after: { state: "migrated", fingerprint: "new.enabled" },
    });
    expect(wins).not.toHaveProperty("after.mustReset");
    expect(reset).toMatchObject({ kind: "to", event: "drifted", after: { state: "migrated", mustReset: true } });
  });

  it("does not end a password because of a status", () => {
    const told = onDrift(aRow(), "old.disabled", "reset", now());
    expect(told).toMatchObject({ kind: "to", after: { fingerprint: "old.disabled" } });
    expect(told).not.toHaveProperty("after.mustReset");
  });

  it("takes what it finds for a user who moved before anything was watched", () => {
    const { fingerprint: _, ...unwatched } = aRow();
    const told = onDrift(unwatched, "new.enabled", "reset", now());
    expect(told).toMatchObject({ kind: "to", event: "watched", after: { fingerprint: "new.enabled" } });
    expect(told).not.toHaveProperty("after.mustReset");
  });

  it.each(userStates.filter((state) => state !== "migrated"))("never changes a row that is %s", (state: UserState) => {
    for (const rule of rules) expect(onDrift(aRow({ state }), "new.enabled", rule, now())).toEqual({ kind: "stay" });
  });

  it("leaves no fingerprint behind with an erased user", () => {
    const told = onErase(aRow({ mustReset: true }), now());
    expect(told).toMatchObject({ kind: "to", after: { state: "erased" } });
    expect(JSON.stringify(told)).not.toMatch(/fingerprint|mustReset/);
  });

  it("changes nothing but the row's fingerprint and mark, for any sequence of finds", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a.enabled", "a.disabled", "b.enabled"), { maxLength: 12 }), (found) => {
        let row = aRow({ fingerprint: "a.enabled" });
        for (const fingerprint of found) {
          const told = onDrift(row, fingerprint, "reset", now());
          if (told.kind === "to") row = told.after;
          expect(row).toMatchObject({ state: "migrated", identifiers: ["ann"], platformUsername: "ann", fingerprint });
        }
        // Once asked for, an end is not forgotten before it is done.
        const changed = ["a.enabled", ...found].some((one, at, all) => at > 0 && one[0] !== all[at - 1]?.[0]);
        expect(row.mustReset).toBe(changed ? true : undefined);
      }),
    );
  });
});

describe("drift of a user who has moved", () => {
  async function moved(watch: DriftWatch | undefined) {
    const bench = await anEmbeddedLedger();
    const services = signInServices(
      { ledger: bench.ledger, sources: [aSource([aLegacyUser()]).source] },
      { drift: watch },
    );
    expect(await signIn(aSignIn("ann"), services, aDeadline())).toMatchObject({ kind: "verified" });
    await complete(aCompletion({ sub: "s", legacyId: "1" }), { ledger: bench.ledger, now }, aDeadline());
    const [row] = await bench.rows();
    if (row === undefined) expect.unreachable("no row was written");
    return { ...bench, row };
  }

  it("is held against what the sign-in found", async () => {
    const { row } = await moved(drift);
    expect(row).toMatchObject({ state: "migrated", fingerprint: await of() });
  });

  it("leaves nothing of it in the ledger where it is not watched", async () => {
    expect((await moved(undefined)).row.fingerprint).toBeUndefined();
  });

  it("is written down once, with an event in the history and the counters as they were", async () => {
    const { ledger, row, rows, counts, items } = await moved(drift);
    const found = await of({ password: { encoded: storedHash("another") } });
    for (let time = 0; time < 2; time++) await noteDrift(row, found, { ledger, drift, now }, aDeadline());
    expect((await rows())[0]).toMatchObject({ state: "migrated", fingerprint: found, version: row.version + 1 });
    expect(await counts()).toEqual({ migrated: 1 });
    const events = (await items()).filter((item) => item.event?.S === "drifted");
    expect(events).toHaveLength(1);
  });

  it("is written down once by many at the same time", async () => {
    const { ledger, row, rows, items } = await moved(drift);
    const found = await of({ password: { encoded: storedHash("another") } });
    const reset = { ledger, drift: { ...drift, rule: "reset" as const }, now };
    const noted = await Promise.all(Array.from({ length: 8 }, () => noteDrift(row, found, reset, aDeadline())));
    expect(noted.map(({ mustReset }) => mustReset)).toEqual(Array.from({ length: 8 }, () => true));
    expect((await rows())[0]?.version).toBe(row.version + 1);
    expect((await items()).filter((item) => item.event?.S === "drifted")).toHaveLength(1);
  });
});
