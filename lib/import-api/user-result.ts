import { type Static, Type } from "typebox";
import type { BatchAnswer } from "../core/import-batch.ts";
import { userStates } from "../core/ports.ts";

export const userResultSchema = Type.Object(
  {
    result: Type.Enum(["created", "updated", "unchanged", "kept", "refused", "left"]),
    state: Type.Optional(Type.Enum([...userStates], { description: "Of a user who is kept: how far he is." })),
    reason: Type.Optional(Type.String({ description: "Of a user who is refused. It has no value of the user." })),
  },
  { additionalProperties: false },
);
export type UserResult = Static<typeof userResultSchema>;

export const left: UserResult = { result: "left" };

// 500 of them stay within DynamoDB's 400 KB for an item.
const maxReasonBytes = 500;

export function refused(reason: string): UserResult {
  const bytes = Buffer.from(reason.toWellFormed());
  if (bytes.length <= maxReasonBytes) return { result: "refused", reason: bytes.toString() };
  return { result: "refused", reason: `${bytes.subarray(0, maxReasonBytes - 8).toString()}…` };
}

const words = { create: "created", update: "updated", same: "unchanged" } as const;

export function resultOf(answer: BatchAnswer): UserResult {
  switch (answer.kind) {
    case "create":
    case "update":
    case "same":
      return { result: words[answer.kind] };
    case "kept":
      return { result: "kept", state: answer.state };
    case "refused":
      return refused(answer.reason);
    case "left":
      return left;
    case "pending":
      throw new Error("a function gave a user to a job of the platform's");
  }
}

/** Two answers about the same users: the first one counts, where it has one. */
export function mergeResults(first: readonly UserResult[], second: readonly UserResult[]): readonly UserResult[] {
  return second.map((one, index) => {
    const earlier = first[index];
    return earlier === undefined || earlier.result === "left" ? one : earlier;
  });
}
