import {
  type AttributeValue,
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { isPassing, type RetryRules, withRetry } from "../aws/dynamodb-retry.ts";
import { MigrationError } from "../core/errors.ts";
import type { ImportRun, ImportRuns } from "../core/import-run.ts";
import { type Item, keyItem } from "./items.ts";
import { importKey } from "./keys.ts";
import { type LedgerSettings, unavailable } from "./ledger.ts";

export interface ImportRunsSettings extends LedgerSettings {
  readonly now: () => Date;
}

// Whoever saves more seldom than this counts as ended.
const leaseMs = 2 * 60_000;
const keptDays = 90;
// DynamoDB's limit for an item is 400 KB; reasons are most of it.
const mostReasons = 200;

/** The imports that are under way or over, an item each, which goes 90 days after its last change. */
export function openImportRuns({ table, client, now, random = Math.random }: ImportRunsSettings): ImportRuns {
  const rules: RetryRules = { repeats: isPassing, asFault: unavailable, random };

  /** @returns the item in the way, where the condition does not hold. */
  async function put(
    Item: Item,
    condition: string,
    values: Record<string, AttributeValue>,
    signal: AbortSignal,
  ): Promise<Item | undefined> {
    const command = new PutItemCommand({
      TableName: table,
      Item,
      ConditionExpression: condition,
      ExpressionAttributeNames: { "#owner": "owner", ...(condition.includes("#until") ? { "#until": "until" } : {}) },
      ExpressionAttributeValues: values,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    try {
      await withRetry((attempt) => client.send(command, { abortSignal: attempt.signal }), signal, rules);
      return undefined;
    } catch (error) {
      const refused = error instanceof MigrationError ? error.cause : error;
      if (refused instanceof ConditionalCheckFailedException) return (refused.Item as Item | undefined) ?? {};
      throw error;
    }
  }

  async function get(id: string, signal: AbortSignal): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: table, Key: keyItem(importKey(id)), ConsistentRead: true });
    const { Item } = await withRetry((attempt) => client.send(command, { abortSignal: attempt.signal }), signal, rules);
    return Item;
  }

  const until = (ms: number) => ({ N: String(now().getTime() + ms) });
  const ttl = () => ({ N: String(Math.floor(now().getTime() / 1000) + keptDays * 86_400) });

  async function write(run: ImportRun, owner: string, keptMs: number, signal: AbortSignal): Promise<boolean> {
    const item = { ...runItem(run), owner: { S: owner }, until: until(keptMs), ttl: ttl() };
    return (await put(item, "#owner = :me", { ":me": { S: owner } }, signal)) === undefined;
  }

  return {
    async read(id, signal) {
      const item = await get(id, signal);
      return item === undefined ? undefined : parseRun(item);
    },
    async create(run, signal) {
      const me = { S: "nobody" };
      const item = { ...runItem(run), owner: me, until: { N: "0" }, ttl: ttl() };
      // Of what is in the way only the item itself has this id: an attempt whose answer was lost wrote it.
      await put(item, "attribute_not_exists(pk) OR #owner = :me", { ":me": me }, signal);
    },
    async take(fresh, owner, signal) {
      const there = await get(fresh.id, signal);
      const run = there === undefined ? fresh : parseRun(there);
      const item = { ...runItem(run), owner: { S: owner }, until: until(leaseMs), ttl: ttl() };
      const mine = "attribute_not_exists(pk) OR #until < :now OR #owner = :me";
      const values = { ":now": { N: String(now().getTime()) }, ":me": { S: owner } };
      // A retry of this call after a lost answer finds its own name.
      const other = await put(item, mine, values, signal);
      if (other !== undefined) {
        return { kind: "busy", until: new Date(Number(other.until?.N ?? 0)), owner: other.owner?.S ?? "" };
      }
      return { kind: "taken", run };
    },
    save: (run, owner, signal) => write(run, owner, leaseMs, signal),
    release: (run, owner, signal) => write(run, owner, 0, signal),
  };
}

function runItem({ id, state, settled, tally, detail, startedAt, updatedAt }: ImportRun): Item {
  // Examples are the report's, and no business of whoever reads the table.
  const kept = { ...tally, examples: [], reasons: tally.reasons.slice(0, mostReasons) };
  return {
    ...keyItem(importKey(id)),
    id: { S: id },
    state: { S: state },
    settled: { N: String(settled) },
    tally: { S: JSON.stringify(kept) },
    detail: { S: JSON.stringify(detail) },
    startedAt: { S: startedAt },
    updatedAt: { S: updatedAt },
  };
}

/** @throws MigrationError LEDGER_DAMAGED */
function parseRun(item: Item): ImportRun {
  const states: readonly ImportRun["state"][] = ["waiting", "running", "finished", "failed"];
  const state = states.find((one) => one === item.state?.S);
  const [id, startedAt, updatedAt, settled] = [
    item.id?.S,
    item.startedAt?.S,
    item.updatedAt?.S,
    Number(item.settled?.N),
  ];
  if (
    id === undefined ||
    state === undefined ||
    startedAt === undefined ||
    updatedAt === undefined ||
    Number.isNaN(settled)
  ) {
    throw new MigrationError("LEDGER_DAMAGED", "an import's item has no readable state");
  }
  return { id, state, settled, tally: parsedIn(item, "tally"), detail: parsedIn(item, "detail"), startedAt, updatedAt };
}

/** @throws MigrationError LEDGER_DAMAGED for what is no JSON of an object. */
function parsedIn<Value extends object>(item: Item, name: string): Value {
  const text = item[name]?.S ?? "";
  const value: unknown = text.startsWith("{") ? parseJson(text) : undefined;
  if (value === undefined) throw new MigrationError("LEDGER_DAMAGED", `an import's item has no readable ${name}`);
  return value as Value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
