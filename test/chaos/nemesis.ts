import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../../lib/local/faults.ts";
import type { ProxyMode } from "../support/fault-proxy.ts";
import type { Draw } from "./random.ts";
import { signal, type World } from "./world.ts";

/** Makes trouble until it is told to stop, one after another, and mends each before the next. */
export interface Nemesis {
  /** Resolves when everything is mended. */
  stop(): Promise<void>;
}

const modes: readonly ProxyMode[] = [
  "mute",
  "deaf",
  "drip",
  "refuse",
  "reset",
  { delayMs: 300 },
  { delayMs: 900 },
  { cutAfter: 40 },
  { cutAfter: 400 },
];
const operations = ["GetItem", "BatchGetItem", "TransactWriteItems"] as const;
const faults: readonly Fault[] = (
  ["throttle", "conflict", "error500", "hang", "stall", "lose-answer", "html"] as const
).map((kind) => ({ kind }));

export function startNemesis(world: World, draw: Draw, note: (what: string) => void): Nemesis {
  let stopped = false;
  const pause = (least: number, most: number) => sleep(least + draw.below(most - least));

  /** A way to a server is bad for a while. */
  async function badWay(): Promise<void> {
    const way = draw.pick(["legacy", "ledger"] as const);
    const mode = draw.pick(modes);
    note(`the way to ${way}: ${JSON.stringify(mode)}`);
    await world[way].become(mode);
    await pause(300, 2000);
    await world[way].become("pass");
  }

  /** What is connected is cut, or forgotten without a sign. */
  function lostConnections(): void {
    const way = draw.pick(["legacy", "ledger"] as const);
    const how = draw.pick(["cutOpen", "forgetOpen"] as const);
    note(`the connections to ${way}: ${how}`);
    world[way][how]();
  }

  /** The next requests to DynamoDB meet faults of DynamoDB's own. */
  function failedRequests(): void {
    const operation = draw.pick(operations);
    const some = Array.from({ length: 1 + draw.below(4) }, () => draw.pick(faults));
    note(`DynamoDB, ${operation}: ${some.map(({ kind }) => kind).join(" ")}`);
    world.plans.dynamo.queue(operation, ...some);
  }

  /** Secrets Manager or KMS is away for a while. */
  async function lostService(): Promise<void> {
    const [plan, operation] = draw.pick([
      [world.plans.secrets, "GetSecretValue"],
      [world.plans.kms, "Decrypt"],
      [world.plans.kms, "GenerateDataKey"],
    ] as const);
    const kind = draw.pick(["throttle", "error500", "hang", "lose-answer"] as const);
    note(`${operation}: ${kind}`);
    plan.always(operation, { kind });
    await pause(300, 2000);
    plan.clear();
  }

  /** An environment is killed, or frozen for a while. */
  async function brokenProcess(): Promise<void> {
    const pid = draw.pick([...world.pids]);
    if (draw.often(0.4)) {
      note("an environment: killed");
      signal(pid, "SIGKILL");
      world.pids.delete(pid);
      return;
    }
    note("an environment: frozen");
    if (!signal(pid, "SIGSTOP")) return void world.pids.delete(pid);
    await pause(200, 5500);
    signal(pid, "SIGCONT");
  }

  async function work(): Promise<void> {
    while (!stopped) {
      await pause(200, 1200);
      const mood = draw.next();
      if (mood < 0.3) await badWay();
      else if (mood < 0.45) lostConnections();
      else if (mood < 0.7) failedRequests();
      else if (mood < 0.8) await lostService();
      else if (world.pids.size > 0) await brokenProcess();
    }
  }

  const over = work();
  return {
    async stop() {
      stopped = true;
      await over;
      for (const plan of Object.values(world.plans)) plan.clear();
    },
  };
}
