import { describe, expect, test } from "vitest";
import type { Invoked } from "../../../lib/local/lambda/lambda.ts";
import { openStreamMapping } from "../../../lib/local/lambda/stream-mapping.ts";

const aRecord = (SequenceNumber: string) => ({ dynamodb: { SequenceNumber } });

/** A function that fails as long as it is told to, and the batches that it got. */
function aFunction(answer: (batch: readonly string[], call: number) => Invoked) {
  const batches: (readonly string[])[] = [];
  const invoke = async ({ Records }: { readonly Records: readonly ReturnType<typeof aRecord>[] }) => {
    const batch = Records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    batches.push(batch);
    return answer(batch, batches.length);
  };
  return { batches, invoke };
}

const done: Invoked = { kind: "answer", payload: { batchItemFailures: [] } };
const failedAt = (itemIdentifier: string): Invoked => ({
  kind: "answer",
  payload: { batchItemFailures: [{ itemIdentifier }] },
});

describe("a stream's mapping", () => {
  test("delivers records in their order, in batches", async () => {
    const { batches, invoke } = aFunction(() => done);
    const mapping = openStreamMapping({ invoke, batchSize: 2 });
    for (const one of ["1", "2", "3", "4", "5"]) mapping.push(aRecord(one));
    await mapping.idle();
    expect(batches.flat()).toEqual(["1", "2", "3", "4", "5"]);
    expect(Math.max(...batches.map((batch) => batch.length))).toBe(2);
  });

  test("begins the next delivery with the record that failed", async () => {
    const { batches, invoke } = aFunction((_, call) => (call === 2 ? failedAt("3") : done));
    const mapping = openStreamMapping({ invoke, batchSize: 3 });
    for (const one of ["1", "2", "3", "4"]) mapping.push(aRecord(one));
    await mapping.idle();
    expect(batches).toEqual([["1"], ["2", "3", "4"], ["3", "4"]]);
  });

  test("delivers a batch again whose function failed, or that named a record of another batch", async () => {
    const error: Invoked = { kind: "error", errorType: "Error", errorMessage: "down" };
    const { batches, invoke } = aFunction((_, call) => (call === 1 ? error : call === 2 ? failedAt("99") : done));
    const mapping = openStreamMapping({ invoke });
    mapping.push(aRecord("1"));
    await mapping.idle();
    expect(batches).toEqual([["1"], ["1"], ["1"]]);
  });

  test("leaves a record out that fails every time, and goes on behind it", async () => {
    const { batches, invoke } = aFunction((batch) => (batch.includes("1") ? failedAt("1") : done));
    const leftOut: string[] = [];
    const onLeftOut = ({ dynamodb }: ReturnType<typeof aRecord>) => leftOut.push(dynamodb.SequenceNumber);
    const mapping = openStreamMapping({ invoke, maxAttempts: 2, onLeftOut });
    for (const one of ["1", "2"]) mapping.push(aRecord(one));
    await mapping.idle();
    expect(leftOut).toEqual(["1"]);
    expect(batches.at(-1)).toEqual(["2"]);
  });
});
