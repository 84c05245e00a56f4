import { isPassing, type RetryRules } from "../aws/dynamodb-retry.ts";
import type { LedgerRows } from "../core/import-ports.ts";
import type { LedgerUser } from "../core/ports.ts";
import { userId } from "../core/user.ts";
import { batchGet } from "./batch-get.ts";
import { type Item, parsePointer, parseUser } from "./items.ts";
import { type ItemKey, isStorable, pointerKey, tombstoneKey, userKey } from "./keys.ts";
import { type LedgerOptions, unavailable } from "./ledger.ts";

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
const maxKeys = 100;

/** The rows of many users in few calls, strongly consistent. */
export function openRows({ table, client, random = Math.random, tombstones }: LedgerOptions): LedgerRows {
  const rules: RetryRules = { repeats: isPassing, asFault: unavailable, random };

  async function read(keys: readonly ItemKey[], signal: AbortSignal): Promise<readonly Item[]> {
    const distinct = [...new Map(keys.filter(isStorable).map((key) => [key.pk, key])).values()];
    const batches = Array.from({ length: Math.ceil(distinct.length / maxKeys) }, (_, index) =>
      distinct.slice(index * maxKeys, (index + 1) * maxKeys),
    );
    return (await Promise.all(batches.map((batch) => batchGet({ table, client, rules }, batch, signal)))).flat();
  }

  return {
    async read(users, signal) {
      const items = await read(
        users.map(({ source, legacyId }) => userKey(source, legacyId)),
        signal,
      );
      return new Map(items.map(parseUser).map((row): [string, LedgerUser] => [userId(row), row]));
    },
    async owners(identifiers, signal) {
      const items = await read(
        identifiers.map((value) => pointerKey({ kind: "identifier", value })),
        signal,
      );
      // `user#source#id` is where a pointer leads, `identifier#…` where it stands.
      return new Map(
        items.map((item): [string, string] => [
          (item.pk?.S ?? "").slice("identifier#".length),
          parsePointer(item).pk.slice("user#".length),
        ]),
      );
    },
    async erased(names, signal) {
      const distinct = [...new Set(names)];
      if (tombstones === undefined) return new Set();
      const marks = await tombstones.marks(distinct, signal);
      // Each name has one mark for each key, side by side.
      const perName = marks.length / distinct.length;
      const items = await read(marks.map(tombstoneKey), signal);
      const there = new Set(items.map((item) => item.pk?.S));
      return new Set(
        distinct.filter((_, index) =>
          marks.slice(index * perName, (index + 1) * perName).some((mark) => there.has(tombstoneKey(mark).pk)),
        ),
      );
    },
  };
}
