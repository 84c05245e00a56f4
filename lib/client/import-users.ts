import { randomUUID } from "node:crypto";
import { backOff, type RetrySettings, withRetry } from "./retry.ts";
import type { Send } from "./signed-request.ts";
import type { ImportOptions, ImportUser, UserResult } from "./types.ts";
import { type UserBatch, userBatches } from "./user-batches.ts";

export interface ImportUsersSettings {
  /** The source in migration.config.ts that the users are of; without it the first one. */
  readonly source?: string;
  readonly options?: ImportOptions;
  /** Users in one request, 1 to 500; 200 without it. */
  readonly batchSize?: number;
  /** Requests at once, 1 to 50; 4 without it. */
  readonly concurrency?: number;
  /** After each batch, with the counts of all so far. */
  readonly onProgress?: (counts: ImportCounts) => void;
  readonly signal?: AbortSignal;
}

export type ImportCounts = Readonly<Record<UserResult["result"], number>>;

/**
 * Imports users and gives one result for each, in their order. It reads no further than `concurrency` batches ahead, so that
 * memory stays flat whatever the number of users. Users are distinct: which of two with one id counts is left open, since
 * batches go at once. Ending it early ends its requests; importing the same users again is
 * safe.
 */
export async function* importUsers(
  send: Send,
  retry: RetrySettings,
  users: AsyncIterable<ImportUser> | Iterable<ImportUser>,
  settings: ImportUsersSettings,
): AsyncGenerator<UserResult> {
  const { batchSize = 200, concurrency = 4, onProgress } = settings;
  checkRange("batchSize", batchSize, 500);
  checkRange("concurrency", concurrency, 50);
  const ended = new AbortController();
  const signal = settings.signal === undefined ? ended.signal : AbortSignal.any([settings.signal, ended.signal]);
  const counts = { created: 0, updated: 0, unchanged: 0, kept: 0, refused: 0 };
  const batches = userBatches(users, batchSize);
  const underWay: Promise<readonly UserResult[]>[] = [];

  async function* settled(least: number): AsyncGenerator<UserResult> {
    while (underWay.length > least) {
      const results = (await underWay[0]) ?? [];
      underWay.shift();
      for (const { result } of results) counts[result] += 1;
      onProgress?.({ ...counts });
      yield* results;
    }
  }

  try {
    for await (const batch of batches) {
      signal.throwIfAborted();
      const work = importBatch(send, retry, batch, settings, signal);
      // Awaited in its turn; until then its failure must not count as unhandled.
      work.catch(() => undefined);
      underWay.push(work);
      yield* settled(concurrency - 1);
    }
    yield* settled(0);
  } finally {
    ended.abort(new Error("the import was ended"));
  }
}

async function importBatch(
  send: Send,
  retry: RetrySettings,
  { users, unsendable }: UserBatch,
  { source, options }: ImportUsersSettings,
  signal: AbortSignal,
): Promise<readonly UserResult[]> {
  const refused = unsendable.map((one) => ({ ...one, result: "refused" as const }));
  if (users.length === 0) return refused;
  const more = JSON.stringify({ source, options }).slice(1);
  const body = `{"users":[${users.map(({ json }) => json).join()}]${more === "}" ? "" : ","}${more}`;
  const request = { method: "POST", path: "/users/batch", headers: { "idempotency-key": randomUUID() }, body } as const;
  let before = users.length;
  for (let idle = 0; ; ) {
    const { results } = (await withRetry(() => send(request, signal), retry, signal)) as Answer;
    if (results.length !== users.length) throw new Error("the API answered for another number of users");
    const settled = results.flatMap((one, nth): readonly UserResult[] => {
      const given = users[nth];
      if (given === undefined || one.result === "left") return [];
      return [{ ...one, index: given.index, user: given.user, result: one.result }];
    });
    const left = users.length - settled.length;
    if (left === 0) return [...settled, ...refused].sort((a, b) => a.index - b.index);
    // The time of one request was over: the same one goes on with those who are left.
    idle = left < before ? 0 : idle + 1;
    before = left;
    if (idle >= retry.attempts) throw new Error(`${left} users of a batch are left again and again`);
    await backOff(idle, undefined, retry, signal);
  }
}

interface Answer {
  readonly results: readonly (Pick<UserResult, "state" | "reason"> & {
    readonly result: UserResult["result"] | "left";
  })[];
}

function checkRange(name: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new RangeError(`${name}: found ${value}, allowed are whole numbers from 1 to ${most}`);
  }
}
