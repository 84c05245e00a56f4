import { type Item, type ServiceError, serviceError } from "./wire.ts";

/** Why one action of a transaction stopped it; `None` for an action that did not. */
export interface CancellationReason {
  readonly Code: "None" | "ConditionalCheckFailed" | "ValidationError" | "TransactionConflict" | "ThrottlingError";
  readonly Message?: string;
  readonly Item?: Item;
}

/**
 * What dynalite finds only when it applies an action. DynamoDB gives these as an action's reason; every other
 * ValidationException refuses the whole request before anything is tried. Source: the list under
 * "Cancellation reason codes", https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
const appliedOnly = [
  "An operand in the update expression has an incorrect data type",
  "Item size has exceeded the maximum allowed size",
  "Item size to update has exceeded the maximum allowed size",
  "One or more parameter values are not valid. The AttributeValue for a key attribute",
  "One or more parameter values were invalid: Aggregated size of",
  "One or more parameter values were invalid: Cannot update attribute",
  "One or more parameter values were invalid: Missing the key",
  "One or more parameter values were invalid: Size of",
  "One or more parameter values were invalid: The AttributeValue for a key attribute",
  "One or more parameter values were invalid: Type mismatch for",
  "The document path provided in the update expression is invalid for update",
  "The provided expression refers to an attribute that does not exist in the item",
  "The provided key element does not match the schema",
  "The update expression attempted to update the secondary index key",
  "Type mismatch for attribute to update",
];

export function isFoundWhenApplied(message: string): boolean {
  return appliedOnly.some((start) => message.startsWith(start));
}

/** One reason per action, in their order; the message lists the codes. */
export function cancelled(reasons: readonly CancellationReason[]): ServiceError {
  const codes = reasons.map((reason) => reason.Code).join(", ");
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return serviceError("TransactionCanceledException", message, { CancellationReasons: reasons });
}

/** As if the action `at` had met a throttle or another transaction. */
export function cancelledAt(at: number, count: number, reason: CancellationReason): ServiceError {
  return cancelled(
    Array.from({ length: Math.max(count, at + 1) }, (_, index) => (index === at ? reason : { Code: "None" })),
  );
}
