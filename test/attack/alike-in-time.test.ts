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

const key = "a key of the test's own";

const kinds = {
  "unknown-user": { name: (trial: number) => `nobody${trial}`, password: annsPassword },
  "wrong-password": { name: (trial: number) => `user${trial}`, password: "wrong" },
  disabled: { name: (trial: number) => `disabled${trial}`, password: annsPassword },
  throttled: { name: () => "user0", password: annsPassword },
  blocked: { name: (trial: number) => `blocked${trial}`, password: annsPassword },
} as const;
type Kind = keyof typeof kinds;
type Asks = "sign-in" | "look-up";
type Times = ReadonlyMap<Kind, number[]>;
// With 200 answers of each kind the chance's standard error is 0.029: equal kinds come to 0.65 once in ten million pairs.
const trials = 200;
const limit = 0.15;
// Not held back, the slowest answers take so many milliseconds; the step has to be well beyond, as it is when deployed.
const steps = { least: 100, most: 1000, timesSlowest: 3 };
// Most of an answer's time is waiting, which several environments do at once.
const environments = 4;

async function aTimedFunction(refusalStep: number) {
  const bench = await anEmbeddedLedger();
  const { table, client, ledger } = bench;
  const signal = openDeadline(60_000);
  for (let trial = 1; trial <= trials; trial++) {
    const row: LedgerUser = {
      source: "custom",
      legacyId: `blocked${trial}`,
      legacyKey: `blocked${trial}`,
      state: "blocked",
      identifiers: [`blocked${trial}`],
      version: 1,
      since: new Date().toISOString(),
    };
    await ledger.change({ before: undefined, after: row, event: "blocked" }, signal.signal);
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
    maxEnvironments: environments,
    onLog: ({ text }) => {
      if (text.startsWith("{")) reasons.push(String(JSON.parse(text).reason));
    },
  });
  onTestFinished(() => lambda.stop());
  return {
    reasons,
    /** @returns how long the answer took, milliseconds. */
    async ask(kind: Kind, trial: number, asks: Asks): Promise<number> {
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

/** Each kind as often, in turns that favour none. */
async function timesOf(asks: Asks, wanted: readonly Kind[], rounds: number, step: number): Promise<Times> {
  const timed = await aTimedFunction(step);
  await Promise.all(
    Array.from({ length: 5 * environments }, (_, warm) => timed.ask("unknown-user", 1000 + warm, asks)),
  );
  timed.reasons.length = 0;
  const times = new Map(wanted.map((kind) => [kind, [] as number[]]));
  const turns = Array.from({ length: rounds }, (_, round) =>
    wanted.map((_kind, place) => ({
      trial: round + 1,
      kind: wanted[(place + round) % wanted.length] ?? "unknown-user",
    })),
  )
    .flat()
    .values();
  const work = async () => {
    for (const { kind, trial } of turns) times.get(kind)?.push(await timed.ask(kind, trial, asks));
  };
  await Promise.all(Array.from({ length: environments }, work));
  // What was timed is what it is called.
  for (const kind of wanted)
    expect(
      timed.reasons.filter((reason) => reason === kind),
      kind,
    ).toHaveLength(rounds);
  return times;
}

function chances(times: Times) {
  const entries = [...times];
  return entries.flatMap(([one, oneMs], index) =>
    entries
      .slice(index + 1)
      .map(([other, otherMs]) => ({ pair: `${one}, ${other}`, chance: chanceOfLess(oneMs, otherMs) })),
  );
}

function print(what: string, times: Times): void {
  const middle = [...times].map(([kind, ms]) => `${kind} ${quantile(ms, 0.5).toFixed(1)}`);
  const error = standardError(trials, trials).toFixed(3);
  const lines = chances(times).map(({ pair, chance }) => `  ${pair}: ${chance.toFixed(3)}`);
  process.stdout.write(
    `${what}, medians in ms: ${middle.join(", ")}\n  chance to be faster; limit 0.5 ± ${limit}, standard error ${error}\n${lines.join("\n")}\n`,
  );
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? 0;
}

// Minutes, and a quiet machine: on demand, SAMEKEY_TIMING=1.
test.skipIf(process.env.SAMEKEY_TIMING === undefined).each<readonly [Asks, readonly Kind[]]>([
  ["sign-in", ["unknown-user", "wrong-password", "disabled", "throttled", "blocked"]],
  ["look-up", ["unknown-user", "disabled", "throttled", "blocked"]],
])(
  "the refusals of a %s are alike in words and, held back to one step, in time; not held back, they are not",
  async (asks, wanted) => {
    const bare = await timesOf(asks, wanted, 40, 0);
    print(`${asks}, not held back`, bare);
    expect(Math.max(...chances(bare).map(({ chance }) => Math.abs(chance - 0.5)))).toBeGreaterThan(2 * limit);

    const slowest = Math.max(...[...bare.values()].map((ms) => quantile(ms, 0.95)));
    const step = Math.ceil(Math.min(steps.most, Math.max(steps.least, steps.timesSlowest * slowest)));
    const held = await timesOf(asks, wanted, trials, step);
    print(`${asks}, held back to ${step} ms`, held);
    for (const { pair, chance } of chances(held)) expect(Math.abs(chance - 0.5), pair).toBeLessThanOrEqual(limit);
  },
  600_000,
);
