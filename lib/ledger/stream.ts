import { MigrationError } from "../core/errors.ts";
import type { LedgerUser } from "../core/ports.ts";
import { type Item, parseUser } from "./items.ts";

/** One record of the table's stream. `change` is absent where no user's row was written. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  readonly change?: { readonly before: LedgerUser | undefined; readonly after: LedgerUser };
}

/**
 * The records of an event that Lambda makes of the table's stream.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 * @throws MigrationError EVENT_INVALID
 */
export function parseStreamEvent(event: unknown): readonly StreamRecord[] {
  const records = isObject(event) ? event.Records : undefined;
  if (!Array.isArray(records)) throw invalid("it has no list of `Records`");
  return records.map(parseRecord);
}

function parseRecord(record: unknown): StreamRecord {
  const told = isObject(record) ? record.dynamodb : undefined;
  if (!isObject(told) || typeof told.SequenceNumber !== "string") throw invalid("a record has no sequence number");
  const { SequenceNumber: sequenceNumber, OldImage, NewImage } = told;
  // Pointers, counters and the audit tell nothing that the user's own row does not.
  if (!isUserItem(NewImage)) return { sequenceNumber };
  const before = isUserItem(OldImage) ? parseUser(OldImage) : undefined;
  return { sequenceNumber, change: { before, after: parseUser(NewImage) } };
}

function isUserItem(image: unknown): image is Item {
  return isObject(image) && isObject(image.sk) && image.sk.S === "user";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(what: string): MigrationError {
  return new MigrationError("EVENT_INVALID", `the ledger's stream: ${what}`);
}
