import { describe, expect, it } from "vitest";
import type { LedgerUser } from "../../lib/core/ports.ts";
import { userItem } from "../../lib/ledger/items.ts";
import { parseStreamEvent } from "../../lib/ledger/stream.ts";

const row: LedgerUser = {
  source: "postgres",
  legacyId: "1001",
  legacyKey: "1001",
  identifiers: ["ada"],
  platformUsername: "ada",
  state: "migrated",
  version: 2,
  since: "2026-02-01T00:00:00.000Z",
};

/**
 * A record with everything that Lambda's guide shows of one.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html#services-dynamodb-eventsourcemapping-event
 */
function aRecord(images: { readonly OldImage?: unknown; readonly NewImage?: unknown }, SequenceNumber = "111") {
  return {
    eventID: "1",
    eventVersion: "1.0",
    dynamodb: {
      Keys: { pk: { S: "user#postgres#1001" }, sk: { S: "user" } },
      StreamViewType: "NEW_AND_OLD_IMAGES",
      SequenceNumber,
      SizeBytes: 26,
      ...images,
    },
    awsRegion: "us-west-2",
    eventName: "MODIFY",
    eventSourceARN: "arn:aws:dynamodb:us-west-2:111122223333:table/TestTable/stream/2015-05-11T21:21:33.291",
    eventSource: "aws:dynamodb",
  };
}

describe("parseStreamEvent", () => {
  it("reads a user's row before and after, by its place in the stream", () => {
    const before = { ...row, state: "verified" as const, version: 1 };
    const records = [
      aRecord({ NewImage: userItem(before) }, "111"),
      aRecord({ OldImage: userItem(before), NewImage: userItem(row) }, "222"),
    ];
    expect(parseStreamEvent({ Records: records })).toEqual([
      { sequenceNumber: "111", change: { before: undefined, after: before } },
      { sequenceNumber: "222", change: { before, after: row } },
    ]);
  });

  it.each([
    [
      "a pointer",
      { NewImage: { pk: { S: "identifier#ada" }, sk: { S: "pointer" }, user: { S: "user#postgres#1001" } } },
    ],
    ["a counter", { NewImage: { pk: { S: "count#3" }, sk: { S: "count" }, migrated: { N: "1" } } }],
    ["a deletion", { OldImage: userItem(row) }],
  ])("has nothing to do with %s", (_, images) => {
    expect(parseStreamEvent({ Records: [aRecord(images)] })).toEqual([{ sequenceNumber: "111" }]);
  });

  it.each([
    ["undefined", undefined],
    ["a text", "Records"],
    ["no records", {}],
    ["records that are none", { Records: [undefined] }],
    ["a record without a place", { Records: [{ dynamodb: {} }] }],
  ])("refuses %s", (_, event) => {
    expect(() => parseStreamEvent(event)).toThrow(expect.objectContaining({ code: "EVENT_INVALID" }));
  });

  it("refuses a user's row that cannot be read", () => {
    const { version: _, ...damaged } = userItem(row);
    expect(() => parseStreamEvent({ Records: [aRecord({ NewImage: damaged })] })).toThrow(
      expect.objectContaining({ code: "LEDGER_DAMAGED" }),
    );
  });
});
