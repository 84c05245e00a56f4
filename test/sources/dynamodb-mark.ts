import { expect, test } from "vitest";
import { type DynamodbSettings, dynamodb } from "../../lib/sources/dynamodb.ts";
import type { StalledSource } from "../contracts/source.ts";
import { describeMark } from "../contracts/source-mark.ts";
import { aTable, type dynamodbBed, soon, usual } from "./dynamodb-bed.ts";

/**
 * How users are marked on every DynamoDB.
 * @param stall Leads the sources of one test to a place that never answers.
 */
export function describeMarks(bed: ReturnType<typeof dynamodbBed>, stall: () => Promise<StalledSource>): void {
  const marking: DynamodbSettings = { ...usual, mark: "movedAt" };
  describeMark("dynamodb", () => ({
    open: () => dynamodb(marking),
    known: "3",
    marks: async () => {
      const items = await Promise.all(
        ["1", "2", "3", "4"].map((userId) => bed.item("users", { userId: { S: userId } })),
      );
      const marked = items.filter((item) => item?.movedAt !== undefined);
      return Object.fromEntries(marked.map((item) => [item?.userId?.S ?? "", item?.movedAt?.S]));
    },
    written: (at) => at.toISOString(),
    openBroken: () => {
      bed.elsewhere("http://127.0.0.1:1");
      return dynamodb(marking);
    },
    stall: async () => {
      const { open } = await stall();
      return { source: dynamodb(marking), open };
    },
  }));

  const at = new Date("2026-03-29T01:30:00.250Z");

  test("marks are the attributes that the adopter's function answers", async () => {
    await bed.put("users", { userId: { S: "moving" }, state: { S: "here" } });
    const source = aTable({ mark: (when: Date) => ({ state: "moved", movedMs: when.getTime() }) });
    expect(await source.mark?.("moving", at, soon())).toBe(true);
    expect(await bed.item("users", { userId: { S: "moving" } })).toEqual({
      userId: { S: "moving" },
      state: { S: "moved" },
      movedMs: { N: String(at.getTime()) },
    });
  });

  test("marks are no item's that is no user, and change no key", async () => {
    await bed.put("users", { userId: { S: "order" }, kind: { S: "order" } });
    const others = aTable({ mark: "movedAt", isUser: ({ kind }) => kind !== "order" });
    expect(await others.mark?.("order", at, soon())).toBe(false);
    const renaming = aTable({ mark: () => ({ userId: "other" }) });
    await expect(renaming.mark?.("order", at, soon())).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: "dynamodb: `mark` changes userId, a key stays as it is",
    });
    expect(await bed.item("users", { userId: { S: "order" } })).toEqual({
      userId: { S: "order" },
      kind: { S: "order" },
    });
  });
}
