import { randomUUID } from "node:crypto";
import {
  type DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { isPassing, type RetryRules, withRetry } from "../aws/dynamodb-retry.ts";
import { MigrationError } from "../core/errors.ts";
import type { Ledger, LedgerAnswer, LedgerChange, LedgerUser } from "../core/ports.ts";
import { type Tombstones, tombstoneNames } from "../core/tombstones.ts";
import { batchGet } from "./batch-get.ts";
import { type Item, keyItem, parsePointer, parseTombstone, parseUser } from "./items.ts";
import { counterShards, type ItemKey, isStorable, pointerKey, tombstoneKey } from "./keys.ts";
import { type ChangeTransaction, changeTransaction, type PreparedChange } from "./transaction.ts";

const noErasure =
  'erasure: missing in migration.config.ts, and users are erased under its key: set erasure: { key: secret("samekey/erasure-key") }';

export interface LedgerSettings {
  readonly table: string;
  readonly client: DynamoDBClient;
  readonly random?: () => number;
}

export interface LedgerOptions extends LedgerSettings {
  /** Absent where the config erases nobody, and where nobody comes in. */
  readonly tombstones?: Tombstones | undefined;
}

/** The ledger in one DynamoDB table. */
export function openLedger({ table, client, random = Math.random, tombstones }: LedgerOptions): Ledger {
  // Every write is one that may be repeated.
  const rules: RetryRules = { repeats: isPassing, asFault: unavailable, random };

  async function getItem(key: ItemKey, signal: AbortSignal): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: table, Key: keyItem(key), ConsistentRead: true });
    const answer = await withRetry((attempt) => client.send(command, { abortSignal: attempt.signal }), signal, rules);
    return answer.Item;
  }

  async function getPointers(keys: readonly ItemKey[], signal: AbortSignal): Promise<readonly Item[]> {
    const [only] = keys;
    if (only === undefined) return [];
    if (keys.length === 1) {
      const item = await getItem(only, signal);
      return item === undefined ? [] : [item];
    }
    return batchGet({ table, client, rules }, keys, signal);
  }

  /** The change with its history's name, and the marks that it writes or that must not be there. */
  async function prepare(change: LedgerChange, signal: AbortSignal): Promise<PreparedChange> {
    const { before, after } = change;
    const history = after.history ?? before?.history ?? randomUUID();
    const named = { ...change, after: { ...after, history }, history };
    if (after.state === "erased") {
      if (tombstones === undefined) throw new MigrationError("CONFIG_INVALID", noErasure);
      const names = [...(before === undefined ? [] : tombstoneNames(before)), ...tombstoneNames(after)];
      return { ...named, marks: await tombstones.newest([...new Set(names)], signal) };
    }
    const known = new Set(before === undefined ? [] : tombstoneNames(before));
    const fresh = tombstoneNames(after).filter((name) => !known.has(name));
    return { ...named, marks: (await tombstones?.marks(fresh, signal)) ?? [] };
  }

  return {
    async find(keys, signal) {
      const wanted = distinct(keys.map(pointerKey)).filter(isStorable);
      const erasable = keys.filter(({ kind, living }) => kind !== "platform" && !living);
      const marks = await tombstones?.marks(
        erasable.map(({ kind, value }) => `${kind}#${value}`),
        signal,
      );
      const stones = (marks ?? []).map(tombstoneKey);
      const found = await getPointers([...wanted, ...stones], signal);
      const erased = found.find((item) => stones.some(({ pk }) => pk === item.pk?.S));
      if (erased !== undefined) return parseTombstone(erased);
      const first = wanted.map((key) => found.find((item) => item.pk?.S === key.pk)).find((item) => item !== undefined);
      if (first === undefined) return undefined;
      const item = await getItem(parsePointer(first), signal);
      if (item === undefined) throw new MigrationError("LEDGER_DAMAGED", "a pointer leads to a user who is not there");
      return parseUser(item);
    },

    async change(wanted, signal) {
      const change = await prepare(wanted, signal);
      let transaction = changeTransaction(table, change, shardOf(random));
      return withRetry(
        async (attempt): Promise<LedgerAnswer> => {
          try {
            const command = new TransactWriteItemsCommand({
              TransactItems: transaction.actions,
              ClientRequestToken: transaction.token,
            });
            await client.send(command, { abortSignal: attempt.signal });
            return { kind: "done", user: change.after };
          } catch (error) {
            if (!(error instanceof TransactionCanceledException)) throw error;
            const answer = readCancellation(error, transaction, change);
            if (answer !== undefined) return answer;
            // Another transaction held an item, most often the counter: another shard, and so another token.
            transaction = changeTransaction(table, change, shardOf(random));
            throw retryable(error);
          }
        },
        signal,
        rules,
      );
    },
  };

  function shardOf(draw: () => number): number {
    return Math.floor(draw() * counterShards);
  }
}

/**
 * What a cancelled transaction says about the change.
 * @returns undefined when nothing speaks against trying again.
 */
function readCancellation(
  error: TransactionCanceledException,
  transaction: ChangeTransaction,
  change: LedgerChange,
): LedgerAnswer | undefined {
  const failed = (error.CancellationReasons ?? []).map((reason, index) => ({ reason, role: transaction.roles[index] }));
  const refused = failed.filter(({ reason }) => reason.Code === "ConditionalCheckFailed");
  const user = refused.find(({ role }) => role === "user");
  if (user !== undefined) {
    const current = user.reason.Item === undefined ? undefined : parseUser(user.reason.Item);
    // An answer that was lost after the write: what stands there is what was to be written.
    if (current !== undefined && sameRow(current, change.after)) return { kind: "done", user: current };
    return { kind: "changed", current };
  }
  if (refused.some(({ role }) => role === "tombstone")) return { kind: "erased" };
  if (refused.length > 0) return { kind: "conflict" };
  const invalid = failed.find(({ reason }) => reason.Code === "ValidationError");
  if (invalid !== undefined) {
    throw new MigrationError("LEDGER_UNAVAILABLE", `DynamoDB refused the ${invalid.role} item of a change as invalid`);
  }
  return undefined;
}

function sameRow(a: LedgerUser, b: LedgerUser): boolean {
  return (
    a.state === b.state && a.version === b.version && a.since === b.since && a.platformUsername === b.platformUsername
  );
}

/** What a failure of DynamoDB is called that is not repeated. */
export function unavailable(error: unknown): MigrationError {
  const name = error instanceof Error ? error.name : typeof error;
  return new MigrationError("LEDGER_UNAVAILABLE", `DynamoDB answered ${name}`, { cause: error });
}

/** A cancelled transaction as a failure that is repeated. */
export function retryable(cause: unknown): Error {
  const error = new Error("the transaction met another one", { cause });
  error.name = "TransactionInProgressException";
  return error;
}

function distinct(keys: readonly ItemKey[]): readonly ItemKey[] {
  return [...new Map(keys.map((key) => [key.pk, key])).values()];
}
