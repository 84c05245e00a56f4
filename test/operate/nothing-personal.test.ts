import { type CognitoIdentityProviderClient, ListUsersCommand } from "@aws-sdk/client-cognito-identity-provider";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { expect, it } from "vitest";
import { eraseUser } from "../../lib/core/erase-user.ts";
import { erasedAfterMs, reconcile } from "../../lib/core/reconcile.ts";
import { openErasures } from "../../lib/ledger/erasures.ts";
import { openOpenRows } from "../../lib/ledger/open-rows.ts";
import { openRows } from "../../lib/ledger/rows.ts";
import { openShadowLog } from "../../lib/ledger/shadow-log.ts";
import { openUserPoolAccounts } from "../../lib/protocols/user-pool-accounts.ts";
import { aDeadline } from "../support/deadline.ts";
import { aHashed, aMapped, anImport } from "../support/import-setting.ts";
import { someErasureKey, someTombstones } from "../support/ledger.ts";
import { annsNames, anOperation } from "./bed.ts";

type Item = Readonly<Record<string, AttributeValue>>;

/** All text and bytes of the items, as one text: bytes as they are read in Latin-1. */
function textOf(items: readonly Item[]): string {
  return JSON.stringify(items, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value,
  );
}

/** A value in every form that might hide it. Base64 of a text that begins elsewhere in its three bytes counts too. */
function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const shifted = [0, 1, 2].map((pad) =>
    Buffer.concat([Buffer.alloc(pad), bytes])
      .toString("base64")
      .slice(pad === 0 ? 0 : 4, -4),
  );
  return [value, bytes.toString("hex"), encodeURIComponent(value), ...shifted.filter((one) => one.length > 5)];
}

async function found(
  values: readonly string[],
  items: readonly Item[],
  pool: { readonly sdk: CognitoIdentityProviderClient; readonly poolId: string },
): Promise<readonly string[]> {
  const { Users = [] } = await pool.sdk.send(new ListUsersCommand({ UserPoolId: pool.poolId }));
  const text = `${textOf(items)}${JSON.stringify(Users)}`.toLowerCase();
  return values.filter((value) => formsOf(value).some((form) => text.includes(form.toLowerCase())));
}

it.each(["vault", "vault, blocked", "placed", "vault, seen by a shadow run"] as const)(
  "of an imported user (%s) nothing is left after the erasure",
  async (way) => {
    const bed = await anImport({ config: { imports: { groups: true, identities: { google: "Google" } } } });
    const user = {
      ...(way === "placed" ? aMapped("persona") : aHashed("persona")),
      groups: ["secret-club"],
      totp: "JBSWY3DPEHPK3PXP",
      ...(way === "placed" ? {} : { identities: [{ provider: "google", userId: "googles-own-77" }] }),
    };
    await bed.run([user]);
    const { table, client, erasing: ledger, users } = bed;
    const { signal } = aDeadline(60_000);
    const row = await bed.rowOf("persona");
    if (row === undefined) throw new Error("no row");
    if (way === "vault, blocked") {
      const after = { ...row, state: "blocked", former: "imported", version: row.version + 1 } as const;
      await ledger.change({ before: row, after, event: "blocked" }, signal);
    }
    if (way === "vault, seen by a shadow run") {
      const concerns = { source: "shop", legacyId: "persona" };
      const entry = {
        request: "sign-in",
        told: "accepted",
        would: "wrong-password",
        concerns,
        at: new Date(),
      } as const;
      await openShadowLog(bed).record(entry, signal);
    }
    const values = ["persona", "persona@example.com", "secret-club", "googles-own-77", "JBSWY3DPEHPK3PXP"];
    const sub = row.platformId?.split("#")[1];
    const all = sub === undefined ? values : [...values, sub];
    expect(await found(all, await bed.items(), users), "what the search finds before").toContain("persona@example.com");

    const rows = openRows({ table, client, tombstones: someTombstones });
    const accounts = openUserPoolAccounts({ poolId: users.poolId, client: users.sdk });
    const erasures = openErasures({ table, client, secret: someErasureKey });
    let now = new Date();
    const services = { ledger, rows, erasures, accounts, now: () => now };
    const { source, legacyId, legacyKey, identifiers } = row;
    await eraseUser({ source, legacyId, legacyKey, identifiers }, services, signal);
    expect(await found(all, await bed.items(), users), "sealed until reconcile").toEqual([]);
    now = new Date(now.getTime() + erasedAfterMs);
    const open = openOpenRows({ table, client });
    for await (const _ of reconcile({ ...services, open, erase: services }, 1e9, signal));
    expect(await found(all, await bed.items(), users)).toEqual([]);
    const kinds = new Set((await bed.items()).map((item) => item.pk?.S?.split("#")[0]));
    expect([...kinds].filter((kind) => kind !== "shadow").sort()).toEqual(["audit", "count", "erased"]);
  },
);

it.each(["verified", "migrated", "resetting"] as const)(
  "of a user who is %s nothing is left after the erasure",
  async (state) => {
    const bed = await anOperation();
    await (state === "resetting" ? bed.forgot() : bed.trigger());
    const sub = await bed.platformMakes("ann", "1");
    if (state === "migrated") await bed.complete(sub);
    const before = await bed.rowOf();
    expect(before.state).toBe(state);
    if (state === "migrated") {
      const drifted = { ...before, fingerprint: "fingerprint-of-ann.enabled", mustReset: true, version: 3 } as const;
      await bed.ledger.change({ before, after: drifted, event: "drifted" }, bed.signal);
    }
    const values = ["ann@example.com", "fingerprint-of-ann", sub, bed.poolId];
    expect(await found(values, await bed.items(), bed)).toContain("ann@example.com");
    await eraseUser(annsNames, bed.erase, bed.signal);
    bed.wait(erasedAfterMs);
    const services = { ...bed.erase, accounts: bed.accounts, open: bed.open, erase: bed.erase };
    for await (const _ of reconcile(services, 1e9, bed.signal));
    expect(await found(values, await bed.items(), bed)).toEqual([]);
    expect(await bed.rows()).toEqual([]);
  },
);
