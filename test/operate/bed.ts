import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { complete } from "../../lib/core/completion.ts";
import type { EraseServices } from "../../lib/core/erase-user.ts";
import type { LedgerUser } from "../../lib/core/ports.ts";
import { lookUp, signIn } from "../../lib/core/sign-in.ts";
import type { LegacyUser } from "../../lib/core/user.ts";
import { openErasures } from "../../lib/ledger/erasures.ts";
import { openOpenRows } from "../../lib/ledger/open-rows.ts";
import { openRows } from "../../lib/ledger/rows.ts";
import { openUserPoolAccounts } from "../../lib/protocols/user-pool-accounts.ts";
import { openBench } from "../local/user-pool/support.ts";
import { aDeadline } from "../support/deadline.ts";
import { anEmbeddedLedger, someErasureKey, someTombstones } from "../support/ledger.ts";
import { aSource } from "../support/legacy-source.ts";
import { aLegacyUser } from "../support/legacy-user.ts";
import { aLookUp, aSignIn, signInServices } from "../support/services.ts";

/** A legacy store, a ledger that erases, and a pool: what an operator's commands stand between. */
export async function anOperation(users: readonly LegacyUser[] = [aLegacyUser()]) {
  const bench = await anEmbeddedLedger();
  const pool = await openBench({
    pool: { Schema: [{ Name: "legacy_id", AttributeDataType: "String", Mutable: true }] },
  });
  const { sdk, poolId } = pool;
  const store = aSource(users);
  let time = Date.now();
  const now = () => new Date(time);
  const { table, client, erasing: ledger } = bench;
  const rows = openRows({ table, client, tombstones: someTombstones });
  const accounts = openUserPoolAccounts({ poolId, client: sdk });
  const erasures = openErasures({ table, client, secret: someErasureKey });
  const erase: EraseServices = { ledger, rows, erasures, accounts, now };
  const services = signInServices({ ledger, sources: [store.source] }, { now });
  const { signal } = aDeadline(60_000);

  const userOf = (Username: string): Promise<AdminGetUserCommandOutput | undefined> =>
    sdk.send(new AdminGetUserCommand({ UserPoolId: poolId, Username })).catch(() => undefined);

  /** What Cognito does with a trigger's answer: it makes the user. */
  async function platformMakes(Username: string, legacyId: string, options: { readonly reset?: boolean } = {}) {
    await sdk.send(new AdminCreateUserCommand({ UserPoolId: poolId, Username, MessageAction: "SUPPRESS" }));
    await sdk.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: poolId,
        Username,
        UserAttributes: [
          { Name: "custom:legacy_id", Value: legacyId },
          { Name: "email", Value: `${Username}@example.com` },
          { Name: "email_verified", Value: "true" },
        ],
      }),
    );
    if (options.reset !== true) {
      const set = { UserPoolId: poolId, Username, Password: "An old password 1", Permanent: true };
      await sdk.send(new AdminSetUserPasswordCommand(set));
    }
    const user = await userOf(Username);
    return user?.UserAttributes?.find(({ Name }) => Name === "sub")?.Value ?? "";
  }

  return {
    ...bench,
    ...pool,
    ...store,
    signal,
    services,
    erase,
    accounts,
    userOf,
    platformMakes,
    open: openOpenRows({ table, client }),
    now,
    /** Lets time go by. */
    wait: (ms: number) => {
      time += ms;
    },
    trigger: (name = "ann", password?: string) => signIn(aSignIn(name, password), services, aDeadline(20_000)),
    forgot: (name = "ann") => lookUp(aLookUp(name), services, aDeadline(20_000)),
    complete: (sub: string, legacyId = "1") =>
      complete(
        {
          kind: "completed",
          proof: "signed-in",
          user: { username: sub, id: `${poolId}#${sub}`, legacyId, emailVerified: false, phoneVerified: false },
        },
        { ledger: bench.ledger, now },
        aDeadline(20_000),
      ),
    rowOf: async (id = "1"): Promise<LedgerUser> => {
      const row = (await rows.read([{ source: "custom", legacyId: id }], signal)).get(`custom#${id}`);
      if (row === undefined) throw new Error(`no row ${id}`);
      return row;
    },
  };
}

/** Ann as an operator knows her who finds her in the legacy store. */
export const annsNames = {
  source: "custom",
  legacyId: "1",
  legacyKey: "1",
  identifiers: ["ann", "ann@example.com"],
} as const;
