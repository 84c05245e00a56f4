import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aRow } from "../contracts/ledger.ts";
import { aDeadline } from "../support/deadline.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { type Clone, openClone } from "./clone.ts";

// The key is the adopter's own text here: where secrets come from is what `try` tests.
const config = (erasure: string) => `
import { defineMigration } from "./lib/config/define-migration.ts";
import { custom } from "./lib/sources/custom.ts";
const key = { name: "key", read: async () => "a key of at least 24 bytes!", refresh: async () => "" };
export default defineMigration({
  sources: [custom({ name: "shop", lookups: ["email"], find: () => undefined, authenticate: () => undefined as never })],
  userNames: "email",
  ${erasure}
});
`;

let clone: Clone;
let keeping: Clone;
beforeAll(async () => {
  [clone, keeping] = await Promise.all([openClone(config("erasure: { key },")), openClone(config(""))]);
});
afterAll(() => Promise.all([clone.remove(), keeping.remove()]));

async function aTable(of: Clone = clone) {
  const bench = await anEmbeddedLedger();
  await bench.ledger.change({ before: undefined, after: aRow(), event: "verified" }, aDeadline().signal);
  const endpoint = { AWS_ENDPOINT_URL_DYNAMODB: bench.local.endpoint };
  const env = { ...endpoint, AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  const samekey = (...args: readonly string[]) =>
    of.samekey([...args, "--table", bench.table, "--region", "us-east-1", "--no-pool"], { env });
  return { ...bench, samekey };
}

describe("an operator's commands", () => {
  it("block, unblock and tell the history", async () => {
    const { samekey, rows } = await aTable();
    expect(await samekey("block", "ann", "--yes")).toMatchObject({ code: 0, out: expect.stringContaining("blocked") });
    expect(await rows()).toMatchObject([{ state: "blocked" }]);
    expect(await samekey("unblock", "--id", "shop/1")).toMatchObject({ code: 0 });
    const { out } = await samekey("audit", "ann@example.com", "--json");
    const events = (JSON.parse(out) as { readonly events: readonly { readonly event: string }[] }).events;
    expect(events.map(({ event }) => event)).toEqual(["verified", "blocked", "unblocked"]);
    expect(out).not.toMatch(/ann|shop/);
  }, 60_000);

  it("erase, find the history of who was erased, and lift it", async () => {
    const { samekey, rows } = await aTable();
    expect(await samekey("erase", "ann")).toMatchObject({ code: 4, err: expect.stringContaining("--yes") });
    expect(await rows()).toHaveLength(1);
    expect(await samekey("erase", "ann", "--yes")).toMatchObject({ code: 0, out: expect.stringContaining("Erased") });
    expect(await rows()).toEqual([]);
    expect((await samekey("audit", "ann")).out).toContain("erased");
    expect(await samekey("block", "ann", "--yes")).toMatchObject({ code: 3 });
    expect(await samekey("erase", "ann", "--lift", "--yes")).toMatchObject({ code: 0 });
    expect(await samekey("erase", "ann", "--lift", "--yes")).toMatchObject({ code: 3 });
  }, 60_000);

  it("say what is missing, and whom there is not", async () => {
    const { samekey } = await aTable(keeping);
    expect(await samekey("erase", "ann", "--yes")).toMatchObject({
      code: 2,
      err: expect.stringContaining("erasure: {"),
    });
    expect(await samekey("block", "nobody", "--yes")).toMatchObject({ code: 3 });
    expect(await samekey("block")).toMatchObject({ code: 2 });
    expect(await samekey("block", "ann", "--lift")).toMatchObject({ code: 2, err: expect.stringContaining("--lift") });
    expect(await samekey("reconcile")).toMatchObject({ code: 2, err: expect.stringContaining("--user-pool-id") });
  }, 60_000);
});
