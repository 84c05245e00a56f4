import type { Environment, Event, Run } from "./environment.ts";

/** Which event goes to which environment. */
export interface Pool {
  /** @param taken Called when an environment, warm or about to start, takes the event. */
  run(functionName: string, event: Event, fresh: boolean, taken: () => void): Promise<PoolRun>;
  /** Ends all environments; events that wait or run get no answer but an error. */
  stop(): Promise<void>;
}

export interface PoolRun extends Run {
  readonly coldStart: boolean;
  readonly initMs: number | undefined;
  readonly queuedMs: number;
}

interface Waiting {
  readonly functionName: string;
  readonly fresh: boolean;
  readonly since: number;
  take(member: Member): void;
  refuse(error: Error): void;
}

interface Member {
  readonly functionName: string;
  readonly environment: Promise<Environment>;
  /** Its place among the idle ones: the higher, the later it was used. Undefined while it works. */
  idleSince: number | undefined;
  used: boolean;
  /** Events it took out of turn in a row. */
  ahead: number;
}

/**
 * How many events of its own function a warm environment takes in a row while an older event of another function waits.
 * Strict order would end and start an environment for every event when two functions take turns.
 */
const maxAhead = 10;

export function openPool(maxEnvironments: number, start: (functionName: string) => Promise<Environment>): Pool {
  const members = new Set<Member>();
  let waiting: readonly Waiting[] = [];
  let clock = 0;
  let stopped = false;

  const begin = (functionName: string, after: Promise<void>): Member => {
    const environment = after.then(() => start(functionName));
    const member: Member = { functionName, environment, idleSince: undefined, used: false, ahead: 0 };
    members.add(member);
    const leave = () => {
      members.delete(member);
      dispatch();
    };
    environment.then(({ ended }) => ended).then(leave, leave);
    return member;
  };
  const idle = (matches: (member: Member) => boolean) =>
    [...members]
      .filter((member) => member.idleSince !== undefined && matches(member))
      .sort((one, other) => (one.idleSince ?? 0) - (other.idleSince ?? 0));

  const memberFor = ({ functionName, fresh }: Waiting): Member | undefined => {
    const warm = fresh ? undefined : idle((member) => member.functionName === functionName).at(-1);
    if (warm !== undefined) return warm;
    if (members.size < maxEnvironments) return begin(functionName, Promise.resolve());
    const [oldest] = idle((member) => fresh || member.functionName !== functionName);
    if (oldest === undefined) return undefined;
    members.delete(oldest);
    // The new process starts when the old one has ended: at no time are there more than allowed.
    return begin(functionName, endOf(oldest));
  };
  const endOf = async (member: Member): Promise<void> => {
    const environment = await member.environment;
    environment.stop();
    await environment.ended;
  };

  const dispatch = (): void => {
    for (const event of stopped ? [] : waiting) {
      const member = memberFor(event);
      if (member !== undefined) assign(event, member);
    }
  };
  const assign = (event: Waiting, member: Member): void => {
    waiting = waiting.filter((one) => one !== event);
    member.idleSince = undefined;
    event.take(member);
  };
  const release = (member: Member): void => {
    if (!members.has(member)) return;
    const [oldest] = waiting;
    const own = waiting.find((event) => event.functionName === member.functionName && !event.fresh);
    member.ahead = own === oldest ? 0 : member.ahead + 1;
    if (own !== undefined && member.ahead <= maxAhead) {
      assign(own, member);
      return;
    }
    member.idleSince = ++clock;
    member.ahead = 0;
    dispatch();
  };

  const take = (functionName: string, fresh: boolean): Promise<Member> =>
    new Promise((resolve, reject) => {
      if (stopped) return reject(new Error("the Lambda runner is stopped"));
      const event: Waiting = { functionName, fresh, since: performance.now(), take: resolve, refuse: reject };
      waiting = [...waiting, event];
      dispatch();
    });

  return {
    run: async (functionName, event, fresh, taken) => {
      const since = performance.now();
      for (;;) {
        const member = await take(functionName, fresh);
        taken();
        const queuedMs = performance.now() - since;
        const coldStart = !member.used;
        member.used = true;
        const environment = await member.environment;
        const run = await environment.run(event);
        if (run === "gone") continue;
        release(member);
        return { ...run, coldStart, queuedMs, initMs: coldStart ? environment.initMs() : undefined };
      }
    },
    stop: async () => {
      stopped = true;
      for (const event of waiting) event.refuse(new Error("the Lambda runner was stopped"));
      waiting = [];
      await Promise.allSettled([...members].map(endOf));
    },
  };
}
