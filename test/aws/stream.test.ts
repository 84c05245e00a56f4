import { describe, expect, it } from "vitest";
import { type StreamWork, serveStream } from "../../lib/aws/stream.ts";
import { MigrationError } from "../../lib/core/errors.ts";
import { captureStdout } from "../support/stdout.ts";

const context = { awsRequestId: "r", getRemainingTimeInMillis: () => 60_000 };

/** A handler whose records fail as told, and the records that it did. */
function aHandler(faults: Readonly<Record<string, unknown>> = {}) {
  const done: string[] = [];
  const handler = serveStream((event) =>
    (event as readonly string[]).map((sequenceNumber): StreamWork => {
      if (sequenceNumber === "nothing") return { sequenceNumber };
      const work = async () => {
        if (faults[sequenceNumber] !== undefined) throw faults[sequenceNumber];
        done.push(sequenceNumber);
      };
      return { sequenceNumber, work };
    }),
  );
  return { done, handle: (records: readonly string[]) => handler(records, context) };
}

describe("serveStream", () => {
  it("does each record in its order, and reports no failure", async () => {
    const { done, handle } = aHandler();
    expect(await handle(["1", "nothing", "2"])).toEqual({ batchItemFailures: [] });
    expect(done).toEqual(["1", "2"]);
  });

  it("reports the first that fails, and leaves those behind it for the next delivery", async () => {
    const { done, handle } = aHandler({ "2": new MigrationError("SOURCE_UNAVAILABLE", "shop: down") });
    expect(await handle(["1", "2", "3"])).toEqual({ batchItemFailures: [{ itemIdentifier: "2" }] });
    expect(done).toEqual(["1"]);
  });

  it("goes on behind one user's record that no repetition mends", async () => {
    const { done, handle } = aHandler({ "1": new MigrationError("RECORD_AMBIGUOUS", "shop: 2 rows for one id") });
    expect(await handle(["1", "2"])).toEqual({ batchItemFailures: [] });
    expect(done).toEqual(["2"]);
  });

  it("logs codes and places, and nothing of an error that is not ours", async () => {
    const { handle } = aHandler({ "1": new Error("password hunter2 of ada@example.org") });
    const stdout = captureStdout();
    await handle(["1"]);
    expect(stdout.lines()).toMatchObject([{ level: "ERROR", request: "stream", outcome: "fault", causes: ["Error"] }]);
    expect(stdout.text()).not.toMatch(/hunter2|ada@/);
  });

  it("throws for an event that cannot be read: Lambda then delivers the batch again", async () => {
    const unreadable = serveStream(() => {
      throw new MigrationError("EVENT_INVALID", "no records");
    });
    await expect(unreadable({}, context)).rejects.toMatchObject({ code: "EVENT_INVALID" });
  });
});
