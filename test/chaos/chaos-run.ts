import { setTimeout as sleep } from "node:timers/promises";
import type { Plugin } from "esbuild";
import { leaksIn } from "../faults/leaks.ts";
import { checkAnswers, checkTables, type Violation } from "./checker.ts";
import { type Deed, type Entry, isDeed } from "./history.ts";
import { startNemesis } from "./nemesis.ts";
import { openPeople } from "./people.ts";
import { openDraw } from "./random.ts";
import { openWorld, passwordOf } from "./world.ts";

export interface ChaosOptions {
  /** Decides what people and troubles draw; what meets what is decided by the machine. */
  readonly seed: number;
  readonly seconds: number;
  readonly broken?: Plugin;
  /** Ends the trouble as soon as an answer is wrong. */
  readonly untilFound?: boolean;
}

export interface ChaosResult {
  readonly history: readonly Entry[];
  readonly violations: readonly Violation[];
}

const people = 36;
const actors = 14;

/** People, an importer and troubles for a while; then all is mended, everybody comes back, and the books are checked. */
export async function runChaos({ seed, seconds, broken, untilFound = false }: ChaosOptions): Promise<ChaosResult> {
  const draw = openDraw(seed);
  const history: Entry[] = [];
  let calm = false;
  // An hour later nobody is locked out any more for what was mistyped.
  const now = () => new Date(Date.now() + (calm ? 3_600_000 : 0));
  const world = await openWorld({ people, broken, now });
  try {
    const started = performance.now();
    const clock = () => Math.round(performance.now() - started);
    let found = false;
    const note = (deed: Deed) => {
      history.push(deed);
      found ||= untilFound && checkAnswers(history).length > 0;
    };
    const humans = openPeople(world, note, clock, () => calm);
    const ended = () => found || clock() > seconds * 1000;

    const nemesis = startNemesis(world, draw.fork(), (what) => history.push({ kind: "trouble", what, from: clock() }));
    const actor = async (own = draw.fork()) => {
      // Each has a few favourites, so that several come for one user at once.
      while (!ended()) {
        await humans.act(own.below(people), own);
        await sleep(own.below(100));
      }
    };
    const importer = async (own = draw.fork()) => {
      while (!ended()) {
        const users = [...new Set(Array.from({ length: 4 }, () => own.below(people)))];
        const from = clock();
        const said = await world.bringIn(users).then(
          () => "done",
          (error: unknown) => (error instanceof Error ? error.name : "failed"),
        );
        history.push({ kind: "import", users, from, to: clock(), said });
        await sleep(own.below(1500));
      }
    };
    await Promise.all([...Array.from({ length: actors }, () => actor()), importer()]);
    await nemesis.stop();
    if (found) return { history, violations: checkAnswers(history) };

    calm = true;
    const waiting = Array.from({ length: people }, (_, user) => user);
    const back = async () => {
      for (let user = waiting.shift(); user !== undefined; user = waiting.shift()) await comeBack(user);
    };
    await Promise.all(Array.from({ length: 4 }, back));
    const told = world.told.join("\n");
    const texts = Array.from({ length: people }, (_, user) => passwordOf(user, 0));
    return {
      history,
      violations: [
        ...checkAnswers(history),
        ...checkTables(history, await world.tables()),
        ...leaksIn(told, ["canary-", ...texts]).map(() => "a password stands in a log"),
      ],
    };

    /** The owner comes back with the right password, or forgets it where a reset was begun. */
    async function comeBack(user: number): Promise<void> {
      const own = history.filter(isDeed).filter((deed) => deed.user === user);
      const chosen = own.findLast(({ kind, said }) => kind === "choose" && said === "yes")?.password ?? 0;
      if ((await humans.signIn(user, chosen)).said === "yes") return;
      const fresh = await humans.reset(user);
      if (fresh !== undefined) await humans.signIn(user, fresh);
    }
  } finally {
    await world.stop();
  }
}
