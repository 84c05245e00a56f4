import { createHmac, randomBytes } from "node:crypto";
import { ConditionalCheckFailedException, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { isPassing, type RetryRules, withRetry } from "../aws/dynamodb-retry.ts";
import { type AttemptAnswer, type AttemptRecord, countAttempt, endOf } from "../core/attempt.ts";
import { addFailures, type CircuitRecord, isOpen } from "../core/circuit.ts";
import { openDeadline } from "../core/deadline.ts";
import { MigrationError } from "../core/errors.ts";
import type { Attempt, CountedAttempt, Throttle, ThrottleLimits } from "../core/throttle.ts";
import { type Item, keyItem } from "./items.ts";
import { attemptKey, circuitKey, type ItemKey } from "./keys.ts";
import { type LedgerSettings, unavailable } from "./ledger.ts";

export interface ThrottleSettings extends LedgerSettings {
  readonly limits: ThrottleLimits;
  /**
   * A secret that all environments share, and the table does not have. Without it each environment has one of its own: a
   * platform's second call in another environment then counts as a second attempt.
   */
  readonly key: string | undefined;
  readonly now: () => Date;
  /** The circuit was found open, or opened. */
  readonly onOpen: (until: Date) => void;
}

interface Kept<Record> {
  /** 0 where there is no item. */
  readonly revision: number;
  readonly record: Record | undefined;
}

// Every free failure lets one of the attempts at the same moment win; then all others find themselves throttled.
const maxRaces = 30;
// A failure that could not be added is added with the next one.
const maxCircuitRaces = 8;
const undoLimitMs = 250;
// 12 bits: of two different passwords one in 4,096 passes for the other, and who steals table and key learns no more.
const tagDigits = 3;

/** Attempts in the ledger's table: an item an identifier, one for the circuit. */
export function openThrottle(settings: ThrottleSettings): Throttle {
  const { table, client, limits, now, random = Math.random } = settings;
  const rules: RetryRules = { repeats: isPassing, asFault: unavailable, random };
  const key = settings.key ?? randomBytes(32);
  const pending = new Map<string, number>();
  let openUntil = 0;

  /** @returns what is in the way, where the item has another revision. */
  async function put<Record>(
    at: ItemKey,
    kept: Kept<unknown>,
    record: Record,
    endMs: number,
    signal: AbortSignal,
  ): Promise<Kept<Record> | undefined> {
    const fresh = kept.revision === 0;
    const command = new PutItemCommand({
      TableName: table,
      Item: {
        ...keyItem(at),
        revision: { N: String(kept.revision + 1) },
        record: { S: JSON.stringify(record) },
        ttl: { N: String(Math.ceil(endMs / 1000)) },
      },
      ConditionExpression: fresh ? "attribute_not_exists(pk)" : "revision = :seen",
      ...(fresh ? {} : { ExpressionAttributeValues: { ":seen": { N: String(kept.revision) } } }),
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    try {
      await withRetry((attempt) => client.send(command, { abortSignal: attempt.signal }), signal, rules);
      return undefined;
    } catch (error) {
      const refused = error instanceof MigrationError ? error.cause : error;
      if (refused instanceof ConditionalCheckFailedException) return parseKept(refused.Item as Item | undefined);
      throw error;
    }
  }

  async function count(attempt: Attempt, signal: AbortSignal): Promise<CountedAttempt | undefined> {
    // The identifier's own text is what strangers have typed, passwords among it: only its digest is kept.
    const at = attemptKey(
      attempt.kind,
      createHmac("sha256", settings.key ?? "")
        .update(attempt.identifier)
        .digest("base64url"),
    );
    const tag = tagOf(attempt);
    let kept: Kept<AttemptRecord> = { revision: 0, record: undefined };
    let answer: AttemptAnswer = { kind: "throttled" };
    for (let race = 0; race < maxRaces; race++) {
      answer = countAttempt(kept.record, tag, now().getTime(), limits);
      if (answer.kind === "throttled") return undefined;
      if (answer.kind === "repeated") return counted(attempt, at, { kept, answer });
      const other = await put<AttemptRecord>(at, kept, answer.record, endOf(answer.record, limits), signal);
      if (other === undefined) return counted(attempt, at, { kept, answer });
      kept = other;
    }
    return undefined;
  }

  function counted(
    attempt: Attempt,
    at: ItemKey,
    {
      kept,
      answer,
    }: { readonly kept: Kept<AttemptRecord>; readonly answer: Exclude<AttemptAnswer, { kind: "throttled" }> },
  ): CountedAttempt {
    const mine = { revision: kept.revision + 1 };
    return {
      async failed(signal) {
        if (answer.kind === "counted") await feed(attempt.client ?? "", signal);
      },
      async succeeded(signal) {
        // Alone it is forgotten soon enough by itself, and a first sign-in costs no second write.
        if (answer.before <= 0) return;
        let there: Kept<AttemptRecord> | undefined = answer.kind === "counted" ? { ...kept, ...mine } : kept;
        for (let race = 0; there !== undefined && race < maxRaces; race++) {
          there = await put<AttemptRecord>(at, there, cleared, now().getTime(), signal);
        }
      },
      async undone() {
        if (answer.kind !== "counted") return;
        const limit = openDeadline(undoLimitMs);
        const before = kept.record ?? cleared;
        // The fault comes first; an attempt that stays counted is on the safe side.
        await put(at, { ...kept, ...mine }, before, endOf(before, limits), limit.signal).catch(() => undefined);
        limit.clear();
      },
    };
  }

  async function feed(failedAt: string, signal: AbortSignal): Promise<void> {
    if (limits.circuit === undefined) return;
    pending.set(failedAt, (pending.get(failedAt) ?? 0) + 1);
    let kept: Kept<CircuitRecord> = { revision: 0, record: undefined };
    for (let race = 0; race < maxCircuitRaces; race++) {
      const time = now().getTime();
      const next = addFailures(kept.record, pending, time, limits.circuit);
      if (next === undefined) return noteOpen(kept.record);
      const other = await put<CircuitRecord>(circuitKey, kept, next, Math.max(time, next.openUntil) + dayMs, signal);
      if (other === undefined) {
        pending.clear();
        return isOpen(next, time) ? noteOpen(next) : undefined;
      }
      kept = other;
    }
  }

  function noteOpen(record: CircuitRecord | undefined): void {
    pending.clear();
    if (record === undefined || record.openUntil <= openUntil) return;
    openUntil = record.openUntil;
    settings.onOpen(new Date(openUntil));
  }

  function tagOf({ identifier, password }: Attempt): string {
    if (password === undefined) return "";
    const both = createHmac("sha256", key).update(`${identifier}\0`).update(password.reveal());
    return both.digest("hex").slice(0, tagDigits);
  }

  return { count, isOpen: () => now().getTime() < openUntil };
}

const dayMs = 86_400_000;
const cleared: AttemptRecord = { level: 0, at: 0, blockedUntil: 0, left: 1, tag: "none" };

/** @throws MigrationError LEDGER_DAMAGED */
function parseKept<Record>(item: Item | undefined): Kept<Record> {
  if (item === undefined) return { revision: 0, record: undefined };
  const [revision, record] = [Number(item.revision?.N), item.record?.S];
  if (!Number.isInteger(revision) || record === undefined) {
    throw new MigrationError("LEDGER_DAMAGED", "an item of counted attempts has no revision and no record");
  }
  return { revision, record: JSON.parse(record) };
}
