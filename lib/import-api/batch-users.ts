import type { HttpTime } from "../core/http.ts";
import { type BatchAnswer, type BatchServices, namesOf } from "../core/import-batch.ts";
import type { ImportOptions } from "../core/import-options.ts";
import type { ImportedUser } from "../core/imported-user.ts";
import { parseGivenUser } from "./given-user.ts";
import { left, refused, resultOf, type UserResult } from "./user-result.ts";

export interface UsersImporter {
  services(options: ImportOptions): Promise<Pick<BatchServices, "sources" | "identifiers">>;
  batch(users: readonly ImportedUser[], options: ImportOptions, stop: AbortSignal): Promise<readonly BatchAnswer[]>;
}

export interface GivenBatch {
  readonly users: readonly unknown[];
  readonly source: string;
  readonly options: ImportOptions;
}

/** What became of a batch's users; behind a fault the rest of them are `left`. */
export interface BatchEnd {
  readonly results: readonly UserResult[];
  readonly fault?: { readonly error: unknown };
}

// What is done of a slice that a fault or the end of the time cuts is not known, so slices are small.
const sliceUsers = 50;

/** Imports those users of a batch of whom `before` has no result yet. */
export async function importUsersOf(
  { users, source, options }: GivenBatch,
  before: readonly UserResult[],
  importer: UsersImporter,
  { stop, over }: HttpTime,
): Promise<BatchEnd> {
  const results: UserResult[] = users.map((_, index) => before[index] ?? left);
  const waiting: { readonly index: number; readonly user: ImportedUser }[] = [];
  try {
    const rules = await importer.services(options);
    const first = new Map<string, number>();
    for (const [index, value] of users.entries()) {
      const given = parseGivenUser(value, source);
      const twin = given.kind === "user" ? claimNames(namesOf(given.user, rules), index, first) : undefined;
      if (results[index]?.result !== "left") continue;
      if (given.kind === "refused") results[index] = refused(given.reason);
      else if (twin !== undefined)
        results[index] = refused(`the id or an identifier is that of user ${twin} of this batch`);
      else waiting.push({ index, user: given.user });
    }
    for (let at = 0; at < waiting.length && !stop.aborted; at += sliceUsers) {
      const slice = waiting.slice(at, at + sliceUsers);
      const work = importer.batch(
        slice.map(({ user }) => user),
        options,
        stop,
      );
      const answers = await untilOver(work, over);
      for (const [nth, { index }] of slice.entries()) {
        const answer = answers?.[nth];
        if (answer !== undefined) results[index] = resultOf(answer);
      }
    }
    return { results };
  } catch (error) {
    return { results, fault: { error } };
  }
}

/** The first user with one of the names, by the place in the batch; undefined where they are this one's from now on. */
function claimNames(names: readonly string[], index: number, first: Map<string, number>): number | undefined {
  const twin = names.map((name) => first.get(name)).find((one) => one !== undefined);
  if (twin === undefined) for (const name of names) first.set(name, index);
  return twin;
}

/** Undefined when the time is over first: what is under way may be done again, and is answered as `left`. */
function untilOver<T>(work: Promise<T>, over: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const end = () => resolve(undefined);
    if (over.aborted) end();
    over.addEventListener("abort", end, { once: true });
    work.then(resolve, reject).finally(() => over.removeEventListener("abort", end));
  });
}
