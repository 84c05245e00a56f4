import { describe, expect, it } from "vitest";
import { complete } from "../../lib/core/completion.ts";
import { signIn } from "../../lib/core/sign-in.ts";
import { onBlock } from "../../lib/core/transitions.ts";
import { aDeadline } from "../support/deadline.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { aSource } from "../support/legacy-source.ts";
import { aLegacyUser } from "../support/legacy-user.ts";
import { aCompletion, aSignIn, signInServices } from "../support/services.ts";

const now = () => new Date("2026-02-03T04:05:06.000Z");

/** Ann, who has just given the right password. */
async function aVerifiedUser() {
  const bench = await anEmbeddedLedger();
  const services = signInServices({ ledger: bench.ledger, sources: [aSource([aLegacyUser()]).source] });
  await signIn(aSignIn("ann"), services, aDeadline());
  return {
    ...bench,
    complete: (...given: Parameters<typeof aCompletion>) =>
      complete(aCompletion(...given), { ledger: bench.ledger, now }, aDeadline()),
  };
}

describe("complete", () => {
  it.each(["signed-in", "reset"] as const)("closes the row that awaits it by its legacy id: %s", async (proof) => {
    const { complete, rows, counts } = await aVerifiedUser();
    expect(await complete({ sub: "s1", legacyId: "1" }, proof)).toEqual({ kind: "allowed" });
    expect(await rows()).toMatchObject([{ state: "migrated", platformId: "us-east-1_TEST#s1", version: 2 }]);
    expect(await counts()).toEqual({ migrated: 1 });
  });

  it("never closes a row for a confirmed sign-up: that person is new", async () => {
    const { complete, rows, local } = await aVerifiedUser();
    const reads = local.requests.get("BatchGetItem");
    await complete({ sub: "s1", legacyId: "1" }, "signed-up");
    expect(await rows()).toMatchObject([{ state: "verified" }]);
    expect(local.requests.get("BatchGetItem")).toBe(reads);
  });

  it("never finds a row by an e-mail address or a user name", async () => {
    const { ledger, rows } = await aVerifiedUser();
    const user = { username: "ann", email: "ann@example.com", emailVerified: true, phoneVerified: false };
    await complete({ kind: "completed", user, proof: "signed-in" }, { ledger, now }, aDeadline());
    expect(await rows()).toMatchObject([{ state: "verified" }]);
  });

  it("writes once, however often it comes", async () => {
    const { complete, rows, counts } = await aVerifiedUser();
    await Promise.all(Array.from({ length: 8 }, () => complete({ sub: "s1", legacyId: "1" })));
    await complete({ sub: "s1" });
    expect(await rows()).toMatchObject([{ state: "migrated", version: 2 }]);
    expect(await counts()).toEqual({ migrated: 1 });
  });

  it("allows a user whom Samekey does not know", async () => {
    const { complete, rows } = await aVerifiedUser();
    expect(await complete({ sub: "s2", legacyId: "2" })).toEqual({ kind: "allowed" });
    expect(await rows()).toMatchObject([{ state: "verified" }]);
  });

  it.each([["blocked", onBlock]] as const)("leaves %s as it is", async (state, decide) => {
    const { complete, rows, ledger } = await aVerifiedUser();
    const [before] = await rows();
    if (before === undefined) throw new Error("no row");
    const transition = decide(before, now());
    if (transition.kind === "to") await ledger.change({ before, ...transition }, aDeadline().signal);
    await complete({ sub: "s1", legacyId: "1" });
    expect(await rows()).toMatchObject([{ state, version: 2 }]);
  });

  it("is a fault where the ledger is gone, and works at the next one", async () => {
    const { complete, local, rows } = await aVerifiedUser();
    local.faults.queue("TransactWriteItems", {
      kind: "error",
      status: 400,
      type: "AccessDeniedException",
      message: "",
    });
    await expect(complete({ sub: "s1", legacyId: "1" })).rejects.toMatchObject({ code: "LEDGER_UNAVAILABLE" });
    await complete({ sub: "s1", legacyId: "1" });
    expect(await rows()).toMatchObject([{ state: "migrated" }]);
  });
});
