import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { expect } from "vitest";
import { complete } from "../../lib/core/completion.ts";
import { openDeadline } from "../../lib/core/deadline.ts";
import { MigrationError } from "../../lib/core/errors.ts";
import type { Outcome } from "../../lib/core/outcome.ts";
import { openPasswordChecker } from "../../lib/core/passwords.ts";
import type { Ledger, LedgerUser, UserState } from "../../lib/core/ports.ts";
import { lookUp, signIn } from "../../lib/core/sign-in.ts";
import { onBlock, onErase, onUnblock, type Transition } from "../../lib/core/transitions.ts";
import { customPassword } from "../../lib/hashes/custom-password.ts";
import { parseTombstone, parseUser } from "../../lib/ledger/items.ts";
import { pointerKey, pointersOf, userKey } from "../../lib/ledger/keys.ts";
import { openLedger } from "../../lib/ledger/ledger.ts";
import { countRows, type LedgerBench, ledgerIn, someTombstones } from "../support/ledger.ts";
import { aSource } from "../support/legacy-source.ts";
import { aLegacyUser } from "../support/legacy-user.ts";
import { aBudget, aCompletion, aLookUp, aSignIn, signInServices } from "../support/services.ts";
import { tap } from "../support/wire.ts";

/** One trigger or one operator's command; `user` is 0 or 1. */
type Step =
  | { readonly kind: "sign-in"; readonly user: number; readonly by: "name" | "email"; readonly right: boolean }
  | { readonly kind: "look-up"; readonly user: number; readonly by: "name" | "email" }
  | {
      readonly kind: "complete";
      readonly user: number;
      readonly by: "legacy id" | "platform id";
      readonly proof: "signed-in" | "reset" | "signed-up";
    }
  | { readonly kind: "block" | "unblock" | "erase"; readonly user: number }
  | { readonly kind: "new e-mail"; readonly user: number };

/** Steps that run at the same time, and how many of their writes are answered by a cut connection. */
interface Round {
  readonly steps: readonly Step[];
  readonly lost: number;
}

const user = fc.nat(1);
const by = fc.constantFrom("name" as const, "email" as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("sign-in" as const), user, by, right: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("look-up" as const), user, by }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("complete" as const),
      user,
      by: fc.constantFrom("legacy id" as const, "platform id" as const),
      proof: fc.constantFrom("signed-in" as const, "reset" as const, "signed-up" as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("block" as const, "unblock" as const), user }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("erase" as const, "new e-mail" as const), user }) },
);
const round: fc.Arbitrary<Round> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  lost: fc.nat(2),
});

/** The transition table: every change that the steps above may make, as state, event, state. */
const moving = ["verified", "resetting", "migrated"] as const;
const allowedChanges: ReadonlySet<string> = new Set([
  ...["none", "verified"].map((state) => `${state} verified verified`),
  ...["none", "verified", "resetting"].map((state) => `${state} resetting resetting`),
  ...["verified", "resetting"].map((state) => `${state} migrated migrated`),
  ...moving.flatMap((state) => [`${state} blocked blocked`, `blocked unblocked ${state}`]),
  ...[...moving, "blocked"].map((state) => `${state} erased erased`),
]);

const formats = [customPassword({ name: "house", verify: (password, stored) => password === stored.encoded })];
const names = ["ann", "bob"] as const;
const nameOf = (index: number) => names[index] ?? "";
const emailOf = (index: number, number = 0) => `${nameOf(index)}${number}@example.com`;

/** Two legacy users before one ledger that two environments share. */
async function aWorld(client: DynamoDBClient, table: string) {
  const bench = await ledgerIn(client, table);
  const wire = tap(client);
  const users = names.map((name, index) =>
    aLegacyUser({
      id: `${index}`,
      username: name,
      attributes: { email: emailOf(index), email_verified: "true" },
      password: { encoded: `right ${name}` },
    }),
  );
  const store = aSource(users);
  const ledgers = [bench.erasing, openLedger({ table, client, tombstones: someTombstones })];
  let emails = 0;
  let taken = 0;

  async function run(one: Step): Promise<Outcome | undefined> {
    const ledger = ledgers[taken++ % 2] ?? bench.erasing;
    const deadline = openDeadline(8000);
    const services = signInServices(
      { ledger, sources: [store.source] },
      { passwords: openPasswordChecker(formats, aBudget) },
    );
    const name = nameOf(one.user);
    const typed = "by" in one && one.by === "email" ? (store.users.get(`${one.user}`)?.attributes.email ?? "") : name;
    try {
      switch (one.kind) {
        case "sign-in":
          return await signIn(aSignIn(typed, `${one.right ? "right" : "wrong"} ${name}`), services, deadline);
        case "look-up":
          return await lookUp(aLookUp(typed), services, deadline);
        case "complete": {
          const known =
            one.by === "legacy id" ? { sub: `sub-${name}`, legacyId: `${one.user}` } : { sub: `sub-${name}` };
          return await complete(aCompletion(known, one.proof), { ledger, now: () => new Date() }, deadline);
        }
        case "new e-mail": {
          emails += 1;
          const attributes = { email: emailOf(one.user, emails), email_verified: "true" };
          store.users.set(`${one.user}`, { ...(users[one.user] ?? aLegacyUser()), attributes });
          return undefined;
        }
        default:
          await operate(
            ledger,
            one.user,
            { block: onBlock, unblock: onUnblock, erase: onErase }[one.kind],
            deadline.signal,
          );
          return undefined;
      }
    } finally {
      deadline.clear();
    }
  }
  return { ...bench, wire, run };
}

/** An operator's command: tried on what stands there until it is through. */
async function operate(
  ledger: Ledger,
  index: number,
  decide: (row: LedgerUser, now: Date) => Transition,
  signal: AbortSignal,
): Promise<void> {
  let row = await ledger.find([{ kind: "legacy", value: `${index}` }], signal);
  while (row !== undefined) {
    const transition: Transition = row.state === "erased" ? { kind: "stay" } : decide(row, new Date());
    if (transition.kind !== "to") return;
    const answer = await ledger.change({ before: row, ...transition }, signal);
    if (answer.kind !== "changed") return;
    row = answer.current;
  }
}

async function checkTable(bench: LedgerBench): Promise<ReadonlyMap<string, UserState>> {
  const rows = await bench.rows();
  const items = await bench.items();
  const erased = items.flatMap((item) => (item.sk?.S === "tombstone" ? [item.history?.S ?? ""] : []));
  const gone = new Set(erased).size;
  expect(await bench.counts(), "the counters and a scan").toEqual({
    ...countRows(rows),
    ...(gone === 0 ? {} : { erased: gone }),
  });
  const expected = rows.flatMap((row) => {
    return pointersOf(row).map((key) => [pointerKey(key).pk, userKey(row.source, row.legacyId).pk] as const);
  });
  expect(expected.length, "one row for each pointer").toBe(new Set(expected.map(([pk]) => pk)).size);
  expect(await bench.pointers(), "the pointers and a scan").toEqual(Object.fromEntries(expected));
  const audit = items.filter((item) => item.pk?.S?.startsWith("audit#"));
  const live = items.flatMap((item) => (item.sk?.S === "user" ? [parseUser({ ...item })] : []));
  const tombs = items.flatMap((item) => (item.sk?.S === "tombstone" ? [parseTombstone({ ...item })] : []));
  for (const row of [...live, ...tombs]) {
    const own = audit.filter((item) => item.pk?.S === `audit#${row.history}`);
    const history = own.sort((a, b) => (a.sk?.S ?? "").localeCompare(b.sk?.S ?? ""));
    expect(history, "one audit event a change").toHaveLength(row.version);
    let state = "none";
    for (const event of history) {
      expect(event.from?.S, "changes in a chain").toBe(state);
      expect([...allowedChanges], "a change of the table").toContain(
        `${event.from?.S} ${event.event?.S} ${event.to?.S}`,
      );
      state = event.to?.S ?? "";
    }
    expect(state).toBe(row.state);
  }
  const states: readonly (readonly [string, UserState])[] = [
    ...rows.map((row) => [row.legacyId, row.state] as const),
    ...(await erasedOf(bench)).map((id) => [id, "erased"] as const),
  ];
  return new Map(states);
}

/** The ids of those whose tombstone stands. */
async function erasedOf(bench: LedgerBench): Promise<readonly string[]> {
  const { signal } = new AbortController();
  const found = names.map(async (_, index) => {
    const row = await bench.erasing.find([{ kind: "legacy", value: `${index}` }], signal);
    return row?.state === "erased" ? [`${index}`] : [];
  });
  return (await Promise.all(found)).flat();
}

function checkAnswer(one: Step, outcome: Outcome | undefined, before: UserState | undefined): void {
  if (one.kind !== "sign-in" && one.kind !== "look-up") return;
  const admitted = outcome?.kind === "verified" || outcome?.kind === "found";
  if (one.kind === "sign-in" && !one.right) expect(admitted, "a wrong password is refused").toBe(false);
  if (before === "erased" || before === "migrated") expect(admitted, `${before} before, admitted after`).toBe(false);
}

/**
 * Concurrent and repeated triggers, lost answers and operators' commands leave a table in which every number and every
 * pointer is right, and let in whom they should.
 */
export async function holdsUnderInterleavings(client: DynamoDBClient, numRuns: number): Promise<void> {
  let tables = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 5 }), async (rounds) => {
      tables += 1;
      const world = await aWorld(client, `interleavings-${tables}`);
      try {
        let states: ReadonlyMap<string, UserState> = new Map();
        for (const { steps, lost } of rounds) {
          world.wire.loseAnswers("TransactWriteItemsCommand", lost);
          const answers = await Promise.allSettled(steps.map((one) => world.run(one)));
          world.wire.loseAnswers("TransactWriteItemsCommand", 0);
          for (const [index, one] of steps.entries()) {
            const answer = answers[index];
            if (answer?.status === "rejected") {
              // More than four changes of one row at once: a fault, and the retry works.
              expect(answer.reason).toBeInstanceOf(MigrationError);
              expect(answer.reason).toMatchObject({ message: expect.stringContaining("the row changed") });
            } else checkAnswer(one, answer?.value, states.get(`${one.user}`));
          }
          states = await checkTable(world);
        }
        for (const index of names.keys()) await checkEnd(world, index);
      } finally {
        world.wire.remove();
      }
    }),
    { numRuns, endOnFailure: true },
  );
}

/** Whoever is not erased and is not blocked any more gets in with the right password, or is on the platform already. */
async function checkEnd(world: Awaited<ReturnType<typeof aWorld>>, index: number): Promise<void> {
  await world.run({ kind: "unblock", user: index });
  const state = (await checkTable(world)).get(`${index}`);
  if (state === "erased" || state === "migrated") return;
  if (state === "resetting") {
    // The old password has ended; the reset that was begun can be finished, and begun again.
    expect(await world.run({ kind: "look-up", user: index, by: "name" })).toMatchObject({ kind: "found" });
    await world.run({ kind: "complete", user: index, by: "legacy id", proof: "reset" });
    expect((await checkTable(world)).get(`${index}`)).toBe("migrated");
    return;
  }
  for (const by of ["name", "email"] as const) {
    expect(await world.run({ kind: "sign-in", user: index, by, right: true })).toMatchObject({ kind: "verified" });
  }
  await checkTable(world);
}
