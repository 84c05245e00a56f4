import { expect, onTestFinished, test } from "vitest";
import { openDeadline } from "../../lib/core/deadline.ts";
import type { LedgerUser } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";
import { defaultThrottle } from "../../lib/core/throttle.ts";
import { openThrottle } from "../../lib/ledger/throttle.ts";
import { startLambda } from "../../lib/local/lambda/lambda.ts";
import { signInEvent } from "../faults/rig.ts";
import { aFolder } from "../support/folder.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { annsPassword } from "../support/legacy-user.ts";
import { bundleTimed } from "./timed-bundle.ts";
import { chanceOfLess, standardError } from "./two-samples.ts";

// A quarter of what the slowest kind works on an idle machine, four times over: the step that all are held back to.
const refusalMs = 100;
const key = "a key of the test's own";

const kinds = {
  "unknown-user": { name: (trial: number) => `nobody${trial}`, password: annsPassword },
  "wrong-password": { name: (trial: number) => `user${trial}`, password: "wrong" },
  disabled: { name: (trial: number) => `disabled${trial}`, password: annsPassword },
  throttled: { name: () => "user0", password: annsPassword },
  erased: { name: (trial: number) => `erased${trial}`, password: annsPassword },
} as const;
type Kind = keyof typeof kinds;
// With 200 answers of each kind the chance's standard error is 0.029: equal kinds come to 0.65 once in ten million pairs.
const trials = 200;
const limit = 0.15;

async function aTimedFunction(refusalStep: number) {
  const bench = await anEmbeddedLedger();
  const { table, client, ledger } = bench;
  const signal = openDeadline(60_000);
  for (let trial = 1; trial <= trials; trial++) {
    const row: LedgerUser = {
      source: "custom",
      legacyId: `erased${trial}`,
      legacyKey: `erased${trial}`,
      state: "erased",
      identifiers: [],
      version: 1,
      since: new Date().toISOString(),
    };
    await ledger.change({ before: undefined, after: row, event: "erased" }, signal.signal);
  }
  const limits = { ...defaultThrottle, freeFailures: 0, firstDelaySeconds: 3600, maxDelaySeconds: 3600 };
  const throttle = openThrottle({ table, client, key, limits, now: () => new Date(), onOpen: () => undefined });
  for (const kind of ["sign-in", "look-up"] as const) {
    const password = kind === "sign-in" ? { password: Secret.fromText("hammered") } : {};
    // Long before the trials: what came last is a repetition for 15 s, and no throttled attempt.
    const early = openThrottle({
      table,
      client,
      key,
      limits,
      now: () => new Date(Date.now() - 60_000),
      onOpen: () => undefined,
    });
    await early.count({ kind, identifier: "user0", ...password }, signal.signal);
    expect(await throttle.count({ kind, identifier: "user0" }, signal.signal)).toBeUndefined();
  }
  signal.clear();

  const reasons: string[] = [];
  const lambda = await startLambda({
    functions: {
      "user-migration": {
        file: await bundleTimed(await aFolder(), refusalStep),
        memoryMb: 1769,
        timeoutMs: 6000,
        environment: {
          AWS_ENDPOINT_URL_DYNAMODB: bench.local.endpoint,
          SAMEKEY_TABLE: table,
          SAMEKEY_ATTEMPT_KEY: key,
        },
      },
    },
    maxEnvironments: 1,
    onLog: ({ text }) => {
      if (text.startsWith("{")) reasons.push(String(JSON.parse(text).reason));
    },
  });
  onTestFinished(() => lambda.stop());
  return {
    reasons,
    /** @returns how long the answer took, milliseconds. */
    async ask(kind: Kind, trial: number, asks: "sign-in" | "look-up"): Promise<number> {
      const { name, password } = kinds[kind];
      const signIn = signInEvent(name(trial), password);
      const lookUp = { ...signIn, triggerSource: "UserMigration_ForgotPassword", request: {} };
      const event = asks === "sign-in" ? signIn : lookUp;
      const startedAt = performance.now();
      const answer = await lambda.invoke("user-migration", event);
      const ms = performance.now() - startedAt;
      expect(answer).toEqual({ kind: "answer", payload: { ...event, response: {} } });
      return ms;
    },
  };
}

/** Each kind as often, in an order that no kind is favoured by. */
async function timesOf(asks: "sign-in" | "look-up", wanted: readonly Kind[], rounds: number, step: number) {
  const timed = await aTimedFunction(step);
  for (let warm = 0; warm < 10; warm++) await timed.ask("unknown-user", 1000 + warm, asks);
  timed.reasons.length = 0;
  const times = new Map(wanted.map((kind) => [kind, [] as number[]]));
  for (let trial = 1; trial <= rounds; trial++) {
    for (let place = 0; place < wanted.length; place++) {
      const kind = wanted[(place + trial) % wanted.length] ?? "unknown-user";
      times.get(kind)?.push(await timed.ask(kind, trial, asks));
    }
  }
  // What was timed is what it is called.
  for (const kind of wanted)
    expect(
      timed.reasons.filter((reason) => reason === kind),
      kind,
    ).toHaveLength(rounds);
  return times;
}

function chances(times: ReadonlyMap<Kind, readonly number[]>) {
  const entries = [...times];
  return entries.flatMap(([one, oneMs], index) =>
    entries
      .slice(index + 1)
      .map(([other, otherMs]) => ({ pair: `${one}, ${other}`, chance: chanceOfLess(oneMs, otherMs) })),
  );
}

test.each([
  ["sign-in", ["unknown-user", "wrong-password", "disabled", "throttled", "erased"]],
  ["look-up", ["unknown-user", "disabled", "throttled", "erased"]],
] as const)(
  "the refusals of a %s are alike in words and in time",
  async (asks, wanted) => {
    const found = chances(await timesOf(asks, wanted, trials, refusalMs));
    for (const { pair, chance } of found) {
      process.stdout.write(
        `${asks}: ${pair}: ${chance.toFixed(3)} (Mann-Whitney, limit 0.5 ± ${limit}, standard error ${standardError(trials, trials).toFixed(3)})\n`,
      );
    }
    for (const { pair, chance } of found) expect(Math.abs(chance - 0.5), pair).toBeLessThanOrEqual(limit);
  },
  400_000,
);

test("without the step that refusals are held back to, the time tells them apart", async () => {
  const times = await timesOf("sign-in", ["unknown-user", "wrong-password"], 60, 0);
  const [found] = chances(times);
  process.stdout.write(`not held back: ${found?.pair}: ${found?.chance.toFixed(3)}\n`);
  expect(Math.abs((found?.chance ?? 0.5) - 0.5)).toBeGreaterThan(2 * limit);
}, 100_000);
