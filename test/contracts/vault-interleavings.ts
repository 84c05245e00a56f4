import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { expect } from "vitest";
import { complete } from "../../lib/core/completion.ts";
import { openDeadline } from "../../lib/core/deadline.ts";
import { MigrationError } from "../../lib/core/errors.ts";
import { openPasswordChecker } from "../../lib/core/passwords.ts";
import type { LedgerUser, UserState } from "../../lib/core/ports.ts";
import { lookUp, signIn } from "../../lib/core/sign-in.ts";
import { onBlock, onErase, onUnblock } from "../../lib/core/transitions.ts";
import type { LegacyUser } from "../../lib/core/user.ts";
import type { WrappingKey } from "../../lib/core/vault-ports.ts";
import { customPassword } from "../../lib/hashes/custom-password.ts";
import { openVault } from "../../lib/ledger/vault.ts";
import { openVaultWriter } from "../../lib/ledger/vault-writer.ts";
import { importToVault } from "../support/import-to-vault.ts";
import { countRows, ledgerIn } from "../support/ledger.ts";
import { aLegacyUser } from "../support/legacy-user.ts";
import { aBudget, aCompletion, aLookUp, aSignIn, signInServices } from "../support/services.ts";
import { tap } from "../support/wire.ts";

/** One import, trigger or operator's command; `user` is 0 or 1. */
interface Step {
  readonly kind: "import" | "sign-in" | "wrong" | "look-up" | "complete" | "block" | "unblock" | "erase";
  readonly user: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("import" as const, "sign-in" as const) },
    { weight: 2, arbitrary: fc.constantFrom("complete" as const, "look-up" as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("wrong" as const, "block" as const, "unblock" as const, "erase" as const),
    },
  ),
  user: fc.nat(1),
});
/** Steps that run at the same time, and how many of their writes are answered by a cut connection. */
const round = fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 5 }), lost: fc.nat(2) });

const formats = [customPassword({ name: "house", verify: (password, stored) => password === stored.encoded })];
const decisions = { block: onBlock, unblock: onUnblock, erase: onErase } as const;
/** Where no hash may be left; a row without a user in the vault has none either. */
const emptied: ReadonlySet<UserState> = new Set(["migrated", "erased"]);

/** Two users who are in no legacy store, before one table that imports and triggers share. */
async function aWorld(client: DynamoDBClient, table: string, key: WrappingKey) {
  const bench = await ledgerIn(client, table);
  const { erasing: ledger } = bench;
  const now = () => new Date();
  const vault = openVault({ table, client, key });
  const writer = openVaultWriter({ table, key });
  const identifiers = { usernameCase: "insensitive" } as const;
  const passwords = openPasswordChecker(formats, aBudget);
  const services = signInServices({ ledger, sources: [] }, { passwords, vault });
  let imports = 0;

  function brought(index: number): LegacyUser {
    imports += 1;
    const email = `user${index}-${imports}@example.com`;
    const attributes = { email, email_verified: "true" };
    return aLegacyUser({
      id: `${index}`,
      username: `user${index}`,
      attributes,
      password: { encoded: `right ${index}` },
    });
  }

  async function operate(index: number, decide: typeof onBlock, signal: AbortSignal): Promise<void> {
    let row = await ledger.find([{ kind: "legacy", value: `${index}` }], signal);
    while (row !== undefined) {
      if (row.state === "erased") return;
      const transition = decide(row, now());
      if (transition.kind !== "to") return;
      const answer = await ledger.change({ before: row, ...transition }, signal);
      if (answer.kind !== "changed") return;
      row = answer.current;
    }
  }

  async function run({ kind, user }: Step): Promise<unknown> {
    const deadline = openDeadline(8000);
    try {
      switch (kind) {
        case "import":
          return await importToVault(
            brought(user),
            `${user}`,
            { ledger, vault: writer, identifiers, now },
            deadline.signal,
          );
        case "sign-in":
          return await signIn(aSignIn(`user${user}`, `right ${user}`), services, deadline);
        case "wrong":
          return await signIn(aSignIn(`user${user}`, "wrong"), services, deadline);
        case "look-up":
          return await lookUp(aLookUp(`user${user}`), services, deadline);
        case "complete":
          return await complete(aCompletion({ sub: `sub${user}`, legacyId: `${user}` }), { ledger, now }, deadline);
        default:
          return await operate(user, decisions[kind], deadline.signal);
      }
    } finally {
      deadline.clear();
    }
  }

  async function check(): Promise<readonly LedgerUser[]> {
    const rows = await bench.rows();
    const items = await bench.items();
    const gone = new Set(items.flatMap((item) => (item.sk?.S === "tombstone" ? [item.history?.S] : []))).size;
    expect(await bench.counts(), "the counters and a scan").toEqual({
      ...countRows(rows),
      ...(gone === 0 ? {} : { erased: gone }),
    });
    const kept = items.flatMap(({ pk }) => (pk?.S?.startsWith("vault#") ? [pk.S] : [])).sort();
    const promised = rows.filter(({ vaulted }) => vaulted === true);
    expect(kept, "one item for each row that promises one").toEqual(
      promised.map((row) => `vault#custom#${row.legacyId}`),
    );
    expect(
      promised.filter(({ state }) => emptied.has(state)),
      "a hash that outlives its need",
    ).toEqual([]);
    const deadline = openDeadline(8000);
    for (const row of promised) {
      const user = await vault.read(row, deadline.signal);
      expect(user?.attributes.email, "row and item of one import").toBe(
        row.identifiers.find((one) => one.includes("@")),
      );
    }
    deadline.clear();
    return rows;
  }

  return { wire: tap(client), run, check };
}

/**
 * Imports, triggers and operators' commands that meet, come twice and lose their answers leave an item in the vault for
 * each row that promises one, and for no other; no row of a moved or erased user does.
 */
export async function emptiesTheVault(client: DynamoDBClient, key: WrappingKey, numRuns: number): Promise<void> {
  let tables = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 6 }), async (rounds) => {
      tables += 1;
      const world = await aWorld(client, `vault-interleavings-${tables}`, key);
      try {
        for (const { steps, lost } of rounds) {
          world.wire.loseAnswers("TransactWriteItemsCommand", lost);
          const answers = await Promise.allSettled(steps.map((one) => world.run(one)));
          world.wire.loseAnswers("TransactWriteItemsCommand", 0);
          for (const [index, answer] of answers.entries()) {
            if (answer.status === "rejected") {
              // More changes of one row at once than an event tries: a fault, and the retry works.
              expect(answer.reason).toBeInstanceOf(MigrationError);
              expect(answer.reason).toMatchObject({ message: expect.stringContaining("the row changed") });
            } else if (steps[index]?.kind === "wrong") expect(answer.value).toMatchObject({ kind: "denied" });
          }
          await world.check();
        }
        await checkEnd(world);
      } finally {
        world.wire.remove();
      }
    }),
    { numRuns, endOnFailure: true },
  );
}

/** Whoever is in the vault still gets in, and nobody is left there afterwards. */
async function checkEnd({ run, check }: Awaited<ReturnType<typeof aWorld>>): Promise<void> {
  for (const user of [0, 1]) {
    await run({ kind: "unblock", user });
    const row = (await check()).find(({ legacyId }) => legacyId === `${user}`);
    if (row?.vaulted !== true) continue;
    const kind = row.state === "resetting" ? "look-up" : "sign-in";
    expect(await run({ kind, user })).toMatchObject({ kind: kind === "look-up" ? "found" : "verified" });
    await run({ kind: "complete", user });
  }
  expect((await check()).filter(({ vaulted }) => vaulted === true)).toEqual([]);
}
