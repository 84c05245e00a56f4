// What the measured process of the warm benches runs: the function's handler and the bare calls of a source take turns, each
// round with users of their own. Bundled as one file, so that both run the same copy of the SDK, driver and hash.
//
//   node warm.js COST ROUNDS WARM-UP-ROUNDS
import { handler } from "../../functions/user-migration.ts";
import { readPointer, writeUser } from "./bare-ledger.ts";
import type { BareSource } from "./bare-source.ts";
import { type Cost, costs, emailOf, letIn, password, signInEvent } from "./people.ts";

export interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export interface WarmSamples {
  readonly samekey: readonly Sample[];
  readonly parts: readonly Sample[];
}

async function signIn(email: string): Promise<void> {
  const context = { awsRequestId: "bench", getRemainingTimeInMillis: () => 6000 };
  const answer = await handler(signInEvent(email), context);
  if (!letIn(answer, email)) throw new Error(`samekey did not let ${email} in`);
}

/** The parts that no implementation can leave out, one after another and with nothing around them. */
async function bareParts(source: BareSource, email: string): Promise<void> {
  if ((await readPointer(email)) !== undefined) throw new Error(`${email} is not new`);
  const user = await source.signIn(email, password);
  if (user === undefined) throw new Error(`${email} has another password`);
  await writeUser(source.name, user);
}

async function timed(work: () => Promise<void>): Promise<Sample> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

async function measure(source: BareSource, of: Cost, rounds: number, warmUp: number): Promise<WarmSamples> {
  const samekey: Sample[] = [];
  const parts: Sample[] = [];
  for (let round = 0; round < warmUp + rounds; round++) {
    const mine = () => timed(() => signIn(emailOf(2 * round + 1, of)));
    const bare = () => timed(() => bareParts(source, emailOf(2 * round + 2, of)));
    // Who comes second pays for the garbage of the first, so they change places.
    const [one, other] = round % 2 === 0 ? [await mine(), await bare()] : swap([await bare(), await mine()]);
    if (round < warmUp) continue;
    samekey.push(one);
    parts.push(other);
  }
  return { samekey, parts };
}

function swap([first, second]: readonly [Sample, Sample]): readonly [Sample, Sample] {
  return [second, first];
}

/** Measures as the command line says, and tells the parent process. */
export async function takeTurns(source: BareSource): Promise<void> {
  const [, , costText, rounds, warmUp] = process.argv;
  const cost = costs.find((one) => String(one) === costText) ?? 4;
  const samples = await measure(source, cost, Number(rounds), Number(warmUp));
  process.send?.(samples, undefined, {}, () => process.exit(0));
}
