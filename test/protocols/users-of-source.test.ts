import { describe, expect, it } from "vitest";
import type { LegacySource, Page, PageRequest } from "../../lib/core/ports.ts";
import { usersOfSource } from "../../lib/protocols/users-of-source.ts";
import { aLegacyUser } from "../support/legacy-user.ts";

const never = new AbortController().signal;

/** A source whose pages are given; it notes what it was asked for. */
function listing(pages: readonly Page[]): { readonly source: LegacySource; readonly asked: PageRequest[] } {
  const asked: PageRequest[] = [];
  const list = async (request: PageRequest): Promise<Page> => {
    asked.push(request);
    return pages[request.after === undefined ? 0 : Number(request.after)] ?? { users: [] };
  };
  return { source: { name: "store", lookups: ["id"], list }, asked };
}

async function idsOf(source: LegacySource, signal = never): Promise<readonly unknown[]> {
  const ids: unknown[] = [];
  for await (const record of usersOfSource(source, signal)) ids.push([record.line, record.raw]);
  return ids;
}

describe("the users of a live source", () => {
  it("are read page by page, an empty one in between too", async () => {
    const [ada, bob] = [aLegacyUser({ id: "1" }), aLegacyUser({ id: "2" })];
    const { source, asked } = listing([{ users: [ada], next: "1" }, { users: [], next: "2" }, { users: [bob] }]);
    expect(await idsOf(source)).toEqual([
      [1, "1"],
      [2, "2"],
    ]);
    expect(asked).toEqual([{ size: 500 }, { size: 500, after: "1" }, { size: 500, after: "2" }]);
  });

  it("are asked for only as far as they are used", async () => {
    const { source, asked } = listing([{ users: [aLegacyUser({ id: "1" })], next: "1" }]);
    for await (const _ of usersOfSource(source, never)) break;
    expect(asked).toHaveLength(1);
  });

  it("are not read of a source that cannot list", async () => {
    const source: LegacySource = { name: "store", lookups: ["id"] };
    await expect(idsOf(source)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("do not go round in a list that never ends", async () => {
    const { source } = listing([
      { users: [], next: "1" },
      { users: [], next: "1" },
    ]);
    await expect(idsOf(source)).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
  });

  it("are not asked for once the signal is over", async () => {
    const { source, asked } = listing([{ users: [] }]);
    await expect(idsOf(source, AbortSignal.abort(new Error("over")))).rejects.toThrow("over");
    expect(asked).toEqual([]);
  });
});
