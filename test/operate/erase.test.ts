import { AdminCreateUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import { eraseUser } from "../../lib/core/erase-user.ts";
import { passGate } from "../../lib/core/gate.ts";
import { openLegacyCache } from "../../lib/core/legacy-cache.ts";
import type { Ledger } from "../../lib/core/ports.ts";
import { erasedAfterMs, reconcile } from "../../lib/core/reconcile.ts";
import { lookUp, signIn } from "../../lib/core/sign-in.ts";
import { guardSignUp } from "../../lib/core/sign-up.ts";
import { tombstoneNames } from "../../lib/core/tombstones.ts";
import { aDeadline } from "../support/deadline.ts";
import { aSource } from "../support/legacy-source.ts";
import { aLegacyUser } from "../support/legacy-user.ts";
import { aLookUp, aSignIn, signInServices } from "../support/services.ts";
import { annsNames, anOperation } from "./bed.ts";

type Bed = Awaited<ReturnType<typeof anOperation>>;
const erased = { kind: "denied", reason: "erased" };

async function settle(bed: Bed): Promise<readonly string[]> {
  const settled: string[] = [];
  for await (const one of reconcile(
    { ...bed.erase, accounts: bed.accounts, open: bed.open, erase: bed.erase },
    1e9,
    bed.signal,
  )) {
    settled.push(one.settled);
  }
  return settled;
}

describe("an erasure", () => {
  it("takes row, pointers and account, and no way leads in again", async () => {
    const bed = await anOperation();
    await bed.trigger();
    await bed.complete(await bed.platformMakes("ann", "1"));
    expect(await eraseUser(annsNames, bed.erase, bed.signal)).toEqual({ kind: "erased", account: "removed" });
    expect(await bed.rows()).toEqual([]);
    expect(await bed.pointers()).toEqual({});
    expect(await bed.userOf("ann")).toBeUndefined();
    for (const name of ["ann", "ANN@example.com"]) {
      expect(await bed.trigger(name)).toEqual(erased);
      expect(await bed.forgot(name)).toEqual(erased);
    }
    expect(await bed.counts()).toEqual({ erased: 1 });
  });

  it("needs no row: who never came does not come any more, by whatever name he has by then", async () => {
    const bed = await anOperation();
    expect(await eraseUser(annsNames, bed.erase, bed.signal)).toEqual({ kind: "erased", account: "absent" });
    expect(await bed.trigger()).toEqual(erased);
    bed.users.set(
      "1",
      aLegacyUser({ username: "anne", attributes: { email: "new@example.com", email_verified: "true" } }),
    );
    expect(await bed.trigger("new@example.com")).toEqual(erased);
    expect(await bed.rows()).toEqual([]);
  });

  it("is done again without harm, and counts once", async () => {
    const bed = await anOperation();
    await bed.trigger();
    await eraseUser(annsNames, bed.erase, bed.signal);
    await bed.platformMakes("ann", "1");
    expect(await eraseUser(annsNames, bed.erase, bed.signal)).toEqual({ kind: "already", account: "removed" });
    expect(await bed.counts()).toEqual({ erased: 1 });
  });

  it("leaves the account alone of somebody who signed up anew with a name of his", async () => {
    const bed = await anOperation();
    await bed.sdk.send(
      new AdminCreateUserCommand({ UserPoolId: bed.poolId, Username: "ann", MessageAction: "SUPPRESS" }),
    );
    expect(await eraseUser(annsNames, bed.erase, bed.signal)).toEqual({ kind: "erased", account: "foreign" });
    expect(await bed.userOf("ann")).toBeDefined();
  });

  it("keeps no sign-up away, and the gate stops only whom Samekey made", async () => {
    const bed = await anOperation();
    await eraseUser(annsNames, bed.erase, bed.signal);
    const guard = {
      ...bed.services,
      cache: openLegacyCache({ keepSeconds: 60, perMinute: 100, entries: 10 }, bed.now),
      federated: "refuse" as const,
    };
    const identifiers = { usernames: ["ann"], email: "ann@example.com", emailVerified: false, phoneVerified: false };
    const signUp = { kind: "sign-up", by: "person", identifiers } as const;
    expect(await guardSignUp(signUp, guard, aDeadline())).toEqual({ kind: "allowed" });
    const user = { username: "ann", id: "p#new", email: "ann@example.com", emailVerified: true, phoneVerified: false };
    const pass = (legacyId?: string) =>
      passGate(
        { kind: "gate", known: true, user: { ...user, ...(legacyId === undefined ? {} : { legacyId }) } },
        bed.services,
        aDeadline(),
      );
    expect(await pass()).toEqual({ kind: "allowed" });
    expect(await pass("1")).toEqual(erased);
  });

  it("can be lifted, once, and is then as if it had never been but for the history", async () => {
    const bed = await anOperation();
    await bed.trigger();
    const { history = "" } = await bed.rowOf();
    await eraseUser(annsNames, bed.erase, bed.signal);
    const { erasures, now } = bed.erase;
    const mark = await erasures.find(["identifier#ann"], bed.signal);
    if (mark === undefined) throw new Error("no tombstone");
    expect(await erasures.lift(mark, now(), bed.signal)).toBe(true);
    expect(await erasures.lift(mark, now(), bed.signal)).toBe(false);
    expect(await bed.counts()).toEqual({});
    const audit = (await bed.items()).filter((item) => item.pk?.S === `audit#${history}`);
    expect(audit.map((item) => item.event?.S)).toEqual(["verified", "erased", "lifted"]);
    expect(await bed.trigger()).toMatchObject({ kind: "verified" });
  });

  it("is forgotten by the ledger's other items after the quarter of an hour, and not before", async () => {
    const bed = await anOperation();
    await eraseUser(annsNames, bed.erase, bed.signal);
    const left = async () => (await bed.items()).filter((item) => item.pk?.S === "erasing#").length;
    await settle(bed);
    expect(await left()).toBe(1);
    bed.wait(erasedAfterMs);
    await settle(bed);
    expect(await left()).toBe(0);
  });
});

/** Holds a ledger's calls up, so that something else happens before the nth. */
function interrupted(
  ledger: Ledger,
  at: number,
  act: () => Promise<unknown>,
): { readonly ledger: Ledger; calls(): number } {
  let calls = 0;
  const before = async () => {
    calls += 1;
    if (calls === at) await act();
  };
  return {
    ledger: {
      async find(...given) {
        await before();
        return ledger.find(...given);
      },
      async change(...given) {
        await before();
        return ledger.change(...given);
      },
    },
    calls: () => calls,
  };
}

describe("an erasure while a sign-in runs", () => {
  const before = ["no row", "verified", "imported"] as const;
  const asks = ["sign-in", "look-up"] as const;
  const cases = before.flatMap((state) => asks.flatMap((ask) => [1, 2, 3, 4].map((at) => [state, ask, at] as const)));

  // `at` 4 is after the sign-in's last call: between its answer and what the platform makes of it.
  it.each(cases)("of a user with %s, at a %s's call %i: nothing is left after reconcile", async (state, ask, at) => {
    const bed = await anOperation();
    if (state === "verified") await bed.trigger();
    if (state === "imported") {
      await bed.trigger();
      const row = await bed.rowOf();
      const after = { ...row, state, version: 2 } as const;
      await bed.ledger.change({ before: row, after, event: "test" }, bed.signal);
    }
    const act = () => eraseUser(annsNames, bed.erase, bed.signal);
    const watched = interrupted(bed.services.ledger, at, act);
    const services = signInServices({ ledger: watched.ledger, sources: [aSource([aLegacyUser()]).source] });
    const outcome =
      ask === "sign-in"
        ? await signIn(aSignIn("ann"), services, aDeadline(20_000))
        : await lookUp(aLookUp("ann"), services, aDeadline(20_000));
    if (watched.calls() < at) await act();
    const admitted = outcome.kind === "verified" || outcome.kind === "found";
    if (admitted) await bed.platformMakes("ann", "1", { reset: ask === "look-up" });
    if (watched.calls() >= at) expect(outcome, "an erasure before the write stops it").toMatchObject(erased);
    await settle(bed);
    bed.wait(erasedAfterMs);
    await settle(bed);
    expect(await bed.userOf("ann")).toBeUndefined();
    expect(await bed.rows()).toEqual([]);
    expect(await bed.pointers()).toEqual({});
    expect(await bed.counts()).toEqual({ erased: 1 });
    expect(new Set((await bed.items()).map((item) => item.pk?.S?.split("#")[0]))).toEqual(
      new Set(["audit", "count", "erased"]),
    );
  });

  it("erases a row that came in under a key that its environment did not know yet", async () => {
    const bed = await anOperation();
    await eraseUser(annsNames, bed.erase, bed.signal);
    // An environment with an old secret writes without looking at the new tombstones.
    const unaware = signInServices({ ledger: bed.ledger, sources: [bed.source] });
    expect(await signIn(aSignIn("ann"), unaware, aDeadline())).toMatchObject({ kind: "verified" });
    await bed.platformMakes("ann", "1");
    expect(await settle(bed)).toContain("erased-again");
    expect(await bed.rows()).toEqual([]);
    expect(await bed.userOf("ann")).toBeUndefined();
    expect(await bed.counts()).toEqual({ erased: 1 });
  });
});

describe("tombstones", () => {
  it("are keyed hashes: another key has others, and no name is in them", async () => {
    const bed = await anOperation();
    await eraseUser(annsNames, bed.erase, bed.signal);
    const stones = (await bed.items()).filter((item) => item.sk?.S === "tombstone");
    expect(stones).toHaveLength(tombstoneNames(annsNames).length);
    expect(new Set(stones.flatMap((item) => Object.keys(item)))).toEqual(
      new Set(["pk", "sk", "since", "version", "history", "marks"]),
    );
  });
});
