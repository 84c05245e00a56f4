import {
  AdminEnableUserCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserPasswordCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import { blockUser, unblockUser } from "../../lib/core/block-user.ts";
import type { LedgerUser } from "../../lib/core/ports.ts";
import { type Finding, proofAfterMs, reconcile, strandedAfterMs } from "../../lib/core/reconcile.ts";
import { relink } from "../../lib/core/relink.ts";
import { reopenUser } from "../../lib/core/reopen-user.ts";
import { aLegacyUser } from "../support/legacy-user.ts";
import { anOperation } from "./bed.ts";

type Bed = Awaited<ReturnType<typeof anOperation>>;

async function settle(bed: Bed): Promise<readonly string[]> {
  const found: Finding[] = [];
  const services = { ...bed.erase, accounts: bed.accounts, open: bed.open, erase: bed.erase };
  for await (const one of reconcile(services, 10 * 86_400_000, bed.signal)) found.push(one);
  return found.map(({ from, settled }) => `${from} ${settled}`);
}

const password = { Password: "A new password 1", Permanent: true };

describe("reconcile", () => {
  it("takes the platform's account for the proof that was lost, and not before its time", async () => {
    const bed = await anOperation();
    await bed.trigger();
    const sub = await bed.platformMakes("ann", "1");
    expect(await settle(bed)).toEqual([]);
    bed.wait(proofAfterMs);
    expect(await settle(bed)).toEqual(["verified migrated"]);
    expect(await bed.rowOf()).toMatchObject({ state: "migrated", platformId: `${bed.poolId}#${sub}` });
    expect(await settle(bed)).toEqual([]);
  });

  it("leaves a verified user whom the platform never made, or who is somebody else's there", async () => {
    const bed = await anOperation();
    await bed.trigger();
    bed.wait(proofAfterMs);
    expect(await settle(bed)).toEqual(["verified left"]);
    await bed.platformMakes("ann", "another");
    expect(await settle(bed)).toEqual(["verified left"]);
    expect(await bed.rowOf()).toMatchObject({ state: "verified", version: 1 });
  });

  it("gives a stranded reset back and takes the platform user away; the old password works again", async () => {
    const bed = await anOperation();
    await bed.forgot();
    await bed.platformMakes("ann", "1");
    await bed.sdk.send(new AdminResetUserPasswordCommand({ UserPoolId: bed.poolId, Username: "ann" }));
    bed.wait(proofAfterMs);
    expect(await settle(bed)).toEqual(["resetting left"]);
    expect(await bed.trigger()).toMatchObject({ kind: "denied", reason: "must-change" });
    bed.wait(strandedAfterMs);
    expect(await settle(bed)).toEqual(["resetting stranded"]);
    expect(await bed.userOf("ann")).toBeUndefined();
    expect(await bed.trigger()).toMatchObject({ kind: "verified" });
  });

  it("keeps a reset that was finished and not told of, however old, and one that is finished at that moment", async () => {
    const bed = await anOperation();
    await bed.forgot();
    await bed.platformMakes("ann", "1");
    await bed.sdk.send(new AdminResetUserPasswordCommand({ UserPoolId: bed.poolId, Username: "ann" }));
    bed.wait(strandedAfterMs);
    const { disable } = bed.accounts;
    const accounts = {
      ...bed.accounts,
      async disable(...given: Parameters<typeof disable>) {
        await bed.sdk.send(new AdminSetUserPasswordCommand({ UserPoolId: bed.poolId, Username: "ann", ...password }));
        return disable(...given);
      },
    };
    expect(await settle({ ...bed, accounts })).toEqual(["resetting migrated"]);
    expect((await bed.userOf("ann"))?.Enabled).toBe(true);
    expect((await bed.rowOf()).state).toBe("migrated");
  });

  it("disables a blocked user whom the platform still has enabled", async () => {
    const bed = await anOperation();
    await bed.trigger();
    await bed.complete(await bed.platformMakes("ann", "1"));
    expect(await blockUser(await bed.rowOf(), { ...bed.erase }, bed.signal)).toEqual({
      ledger: "done",
      account: "done",
    });
    expect(await settle(bed)).toEqual(["blocked left"]);
    await bed.sdk.send(new AdminEnableUserCommand({ UserPoolId: bed.poolId, Username: "ann" }));
    expect(await settle(bed)).toEqual(["blocked disabled"]);
    expect((await bed.userOf("ann"))?.Enabled).toBe(false);
  });

  it("gives a user whom an import never placed back to the vault", async () => {
    const bed = await anOperation();
    await bed.trigger();
    const row = await bed.rowOf();
    const sealed = { key: new Uint8Array(1), content: new Uint8Array(1) };
    const placing: LedgerUser = { ...row, state: "placing", vaulted: true, version: 2 };
    await bed.ledger.change({ before: row, after: placing, event: "placing", vault: sealed }, bed.signal);
    bed.wait(strandedAfterMs + 1000);
    expect(await settle(bed)).toEqual(["placing not-placed"]);
    expect(await bed.rowOf()).toMatchObject({ state: "imported", vaulted: true });
  });
});

describe("an operator", () => {
  it("blocks on both sides, and lets in again on both", async () => {
    const bed = await anOperation();
    await bed.trigger();
    await bed.complete(await bed.platformMakes("ann", "1"));
    expect(await bed.signIn("ann", "An old password 1")).toBe("tokens");
    await blockUser(await bed.rowOf(), bed.erase, bed.signal);
    expect((await bed.userOf("ann"))?.Enabled).toBe(false);
    expect(await bed.signIn("ann", "An old password 1")).not.toBe("tokens");
    await unblockUser(await bed.rowOf(), bed.erase, bed.signal);
    expect(await bed.signIn("ann", "An old password 1")).toBe("tokens");
    expect((await bed.rowOf()).state).toBe("migrated");
  });

  it("reopens a user who was deleted on the platform, and nobody else", async () => {
    const bed = await anOperation();
    await bed.trigger();
    await bed.complete(await bed.platformMakes("ann", "1"));
    const reopen = async () => reopenUser(await bed.rowOf(), { ...bed.erase, accounts: bed.accounts }, bed.signal);
    expect(await reopen()).toBe("there");
    const found = await bed.accounts.find(await bed.rowOf(), bed.signal);
    if (found.kind === "found") await bed.accounts.remove(found.account, bed.signal);
    expect(await bed.trigger()).toMatchObject({ reason: "already-migrated" });
    expect(await reopen()).toBe("reopened");
    expect(await reopen()).toBe("stayed");
    expect(await bed.trigger()).toMatchObject({ kind: "verified" });
  });

  it("gives an identifier to the user whose it is", async () => {
    const bob = aLegacyUser({ id: "2", username: "bob", attributes: { email: "bob@example.com" } });
    const bed = await anOperation([aLegacyUser(), bob]);
    await bed.trigger();
    await bed.trigger("bob");
    const [ann, bobs] = [await bed.rowOf("1"), await bed.rowOf("2")];
    expect(await relink("ann@example.com", ann, bobs, bed.erase, bed.signal)).toBe("linked");
    expect((await bed.pointers())["identifier#ann@example.com"]).toBe("user#custom#2");
    expect(await relink("ann", await bed.rowOf("1"), undefined, bed.erase, bed.signal)).toBe("freed");
    expect(Object.keys(await bed.pointers())).not.toContain("identifier#ann");
  });
});
