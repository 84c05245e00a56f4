import assert from "node:assert/strict";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import type { UserState } from "../../../lib/core/ports.ts";
import type { WrappingKey } from "../../../lib/core/vault-ports.ts";
import { checkEnd } from "./end.ts";
import { checkAll, type Seen } from "./invariants.ts";
import { type Came, type Round, rounds, run, type Step } from "./steps.ts";
import { isRetryable, serveTriggers } from "./triggers.ts";
import { openWorld, type World } from "./world.ts";

export interface FireSetting {
  readonly client: DynamoDBClient;
  readonly key: WrappingKey;
  readonly numRuns: number;
  readonly seed?: number;
  /** Called after each case. */
  readonly onCase?: () => void;
}

type States = ReadonlyMap<string, UserState>;

/**
 * The ledger under fire: random interleavings of sign-ins, forgotten passwords, sign-ups, imports by every way, the
 * platform's jobs, the stream, changes of the legacy store and operators' commands, several at once and each in a process
 * of its own, some of which end at any of their calls or lose an answer. After each round a scan holds the table and the pool to
 * the promises; at the end whatever was begun is tried again, and everybody is where he belongs.
 */
export async function holdsUnderFire({ client, key, numRuns, seed, onCase }: FireSetting): Promise<void> {
  let tables = 0;
  const property = fc.asyncProperty(
    rounds,
    fc.constantFrom("reset" as const, "platform-wins" as const),
    async (all, rule) => {
      tables += 1;
      const world = await openWorld({ client, key, rule, table: `under-fire-${process.pid}-${tables}` });
      try {
        await fight(world, all);
      } finally {
        await world.close();
      }
      onCase?.();
    },
  );
  await fc.assert(property, { numRuns, ...(seed === undefined ? {} : { seed }), endOnFailure: true });
}

async function fight(world: World, all: readonly Round[]): Promise<void> {
  const faults: unknown[] = [];
  world.onTrigger(serveTriggers(world, (error) => faults.push(error)));
  const seen: Seen = new Map();
  let states: States = new Map();
  for (const { steps, faults: planned, retried } of all) {
    world.suffer(planned);
    const came = await Promise.allSettled(steps.map((one) => run(one, world)));
    world.suffer([]);
    for (const one of came) if (one.status === "rejected") checkFault(one.reason);
    for (const error of faults.splice(0)) checkFault(error);
    if (retried) {
      // What was ended or cut off gets through when it is tried again.
      for (const one of steps.filter(({ kind }) => kind !== "legacy")) await run(one, world);
      assert.deepEqual(faults, [], "a retry right after");
    }
    const now: States = new Map((await checkAll(world, seen)).map((row) => [row.legacyId, row.state]));
    for (const [index, one] of steps.entries()) {
      const result = came[index];
      if (result?.status === "fulfilled") checkAnswer(one, result.value, { steps, before: states, after: now });
    }
    states = now;
  }
  await checkEnd(world, seen);
  assert.deepEqual(faults, [], "nothing fails when nothing is broken");
}

/** More than four changes of one row at once are a fault too, and the retry works. */
function checkFault(error: unknown): void {
  const cut = error instanceof Error && (error as { readonly code?: unknown }).code === "ECONNRESET";
  if (!cut && !isRetryable(error)) throw error;
}

interface Around {
  readonly steps: readonly Step[];
  readonly before: States;
  readonly after: States;
}

function checkAnswer(one: Step, came: Came, { steps, before, after }: Around): void {
  if (one.kind === "enter" && !one.right) assert.equal(came, "not in", "a wrong password");
  if (one.kind !== "enter" && one.kind !== "forgot" && one.kind !== "sign-up") return;
  const id = `${one.person}`;
  if (one.kind === "sign-up") {
    if (steps.some(({ kind }) => kind === "legacy")) return;
    if (before.get(id) === "migrated" || after.get(id) === "migrated") return;
    assert.equal(came, "not in", "a sign-up with the address of somebody who has not moved");
  } else if (before.get(id) === "erased") assert.equal(came, "not in", "an erased user comes back");
}
