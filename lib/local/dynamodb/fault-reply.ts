import { errorReply, type JsonReply, type JsonService } from "../aws-json-server.ts";
import { type CancellationReason, cancelledAt } from "./cancellation.ts";
import { parseJson, serviceError } from "./wire.ts";

const throttled: CancellationReason = {
  Code: "ThrottlingError",
  Message: "Throughput exceeds the current capacity of your table or index.",
};
const conflict: CancellationReason = { Code: "TransactionConflict", Message: "Transaction is ongoing for the item" };

/** DynamoDB's own words for a planned fault; a transaction tells it as the reason of one action. */
export const faultReply: JsonService["faultReply"] = (operation, fault, body): JsonReply => {
  if (fault.kind === "error500") {
    return errorReply(
      500,
      "com.amazonaws.dynamodb.v20120810#InternalServerError",
      "The request could not be processed; try again.",
    );
  }
  if (operation === "TransactWriteItems" || operation === "TransactGetItems") {
    const actions = parseJson(body).TransactItems;
    const count = Array.isArray(actions) ? actions.length : 1;
    return cancelledAt(fault.at ?? 0, count, fault.kind === "throttle" ? throttled : conflict).reply;
  }
  if (fault.kind === "conflict") {
    return serviceError("TransactionConflictException", "Transaction is ongoing for the item").reply;
  }
  return serviceError(
    "ProvisionedThroughputExceededException",
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level.",
  ).reply;
};
