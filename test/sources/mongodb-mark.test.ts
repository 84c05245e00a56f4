import { Long } from "mongodb";
import { beforeEach, describe, expect, test } from "vitest";
import type { MongodbSettings } from "../../lib/sources/mongodb.ts";
import { describeMark } from "../contracts/source-mark.ts";
import { adasId, mongodbBed } from "./mongodb-bed.ts";
import type { MongodbDouble } from "./mongodb-double.ts";
import { aSecret, soon } from "./postgres-bed.ts";

describe("marks of mongodb, on a double of its protocol", () => {
  const bed = mongodbBed();
  let double: MongodbDouble;
  const writes = () => double.asked.filter((one) => one.findAndModify !== undefined).length;
  const aMarker = (port = double.port, overrides: Partial<MongodbSettings> = {}) =>
    bed.aMongodb({ connection: aSecret(bed.url(port)), mark: "moved.at", ...overrides });
  const marksOf = ({ collection }: MongodbDouble) =>
    Object.fromEntries(
      collection.documents.flatMap(({ _id, moved }) => (moved === undefined ? [] : [[String(_id), moved.at]])),
    );

  beforeEach(async () => {
    double = await bed.aDouble();
  });

  describeMark("mongodb", () => ({
    open: aMarker,
    known: adasId,
    marks: () => marksOf(double),
    written: (at) => at,
    openBroken: () => aMarker(1),
    stall: async () => {
      const silent = await bed.aDouble();
      silent.silent.add("hello");
      return { source: aMarker(silent.port), open: silent.open };
    },
  }));

  test("are the adopter's operators, on the one document", async () => {
    const source = aMarker(double.port, { mark: (at) => ({ $set: { "moved.at": at, disabled: true } }) });
    const at = new Date();
    expect(await source.mark?.("2", at, soon())).toBe(true);
    expect(marksOf(double)).toEqual({ 2: at });
    expect(double.collection.documents.filter(({ disabled }) => disabled).map(({ _id }) => _id)).toEqual([2]);
  });

  test("are written once, and not at all on a user who has one", async () => {
    const source = aMarker();
    for (let round = 0; round < 3; round++) expect(await source.mark?.(adasId, new Date(), soon())).toBe(true);
    expect(writes()).toBe(1);
  });

  test("leave the first one where another mark comes between the look and the write", async () => {
    const source = aMarker();
    double.scripted.set("findAndModify", { value: null });
    expect(await source.mark?.(adasId, new Date(), soon())).toBe(true);
    const [sent] = double.asked.filter((one) => one.findAndModify !== undefined);
    expect(sent?.query).toMatchObject({ "moved.at": { $eq: null } });
    double.scripted.set("find", { cursor: { id: Long.ZERO, ns: "legacy.users", firstBatch: [] } });
    expect(await source.mark?.(adasId, new Date(), soon())).toBe(false);
  });

  test("of an id that two documents have are not made", async () => {
    double.collection.documents.push({ _id: adasId, username: "twin", disabled: false });
    await expect(aMarker().mark?.(adasId, new Date(), soon())).rejects.toMatchObject({ code: "RECORD_AMBIGUOUS" });
    expect(writes()).toBe(0);
  });
});
