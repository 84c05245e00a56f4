import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aRow } from "../contracts/ledger.ts";
import { aDeadline } from "../support/deadline.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { type Clone, openClone } from "./clone.ts";

// The key is the adopter's own text here: where secrets come from is what `try` tests.
const config = (drift: string) => `
import { defineMigration } from "./lib/config/define-migration.ts";
import { custom } from "./lib/sources/custom.ts";
const users = ["1", "2", "3"].map((id) => ({ id, username: "u" + id, enabled: true, attributes: {}, passwordVersion: "1" }));
const key = { name: "key", read: async () => "a key of at least 24 bytes!", refresh: async () => "" };
export default defineMigration({
  sources: [custom({ name: "shop", lookups: ["email"], find: () => undefined, authenticate: () => undefined as never, list: () => ({ users }) })],
  userNames: "email",
  ${drift}
});
`;

let clone: Clone;
let unwatched: Clone;
beforeAll(async () => {
  [clone, unwatched] = await Promise.all([openClone(config('drift: { key, rule: "reset" },')), openClone(config(""))]);
});
afterAll(() => Promise.all([clone.remove(), unwatched.remove()]));

async function aTable() {
  const bench = await anEmbeddedLedger();
  for (const [id, fingerprint] of [
    ["1", "old.enabled"],
    ["2", undefined],
  ] as const) {
    const row = { legacyId: id, legacyKey: id, identifiers: [`u${id}`], state: "migrated", source: "shop" } as const;
    const after = aRow({ ...row, ...(fingerprint === undefined ? {} : { fingerprint }) });
    await bench.ledger.change({ before: undefined, after, event: "migrated" }, aDeadline().signal);
  }
  const endpoint = { AWS_ENDPOINT_URL_DYNAMODB: bench.local.endpoint };
  const env = { ...endpoint, AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  const drift = (...args: readonly string[]) =>
    clone.samekey(["drift", "--table", bench.table, "--region", "us-east-1", ...args], { env });
  return { ...bench, drift };
}

describe("samekey drift", () => {
  it("says who has changed since the move and what becomes of it, and writes nothing", async () => {
    const { drift, items } = await aTable();
    const before = await items();
    const { code, out, err } = await drift();
    expect(err).toBe("");
    expect(out).toContain("! shop/1  has another password there; the platform's password ends");
    expect(out).toContain("· shop/2  moved before anything was watched");
    expect(out).toContain("2 found; --apply writes them down");
    expect(code).toBe(1);
    expect(await items()).toEqual(before);
  });

  it("writes it down with --apply, once", async () => {
    const { drift, rows } = await aTable();
    expect(await drift("--apply")).toMatchObject({ code: 0, out: expect.stringContaining("2 written down") });
    expect((await rows()).map(({ mustReset }) => mustReset)).toEqual([true, undefined]);
    expect(await drift("--apply")).toMatchObject({ code: 0, out: expect.stringContaining("Nobody who has moved") });
  });

  it("tells machines one finding a line", async () => {
    const { drift } = await aTable();
    const { out } = await drift("--json");
    const [first, second, ...rest] = out.split("\n");
    expect(JSON.parse(first ?? "")).toEqual({ source: "shop", legacyId: "1", what: "password", resets: true });
    expect(JSON.parse(second ?? "")).toMatchObject({ what: "unwatched" });
    expect(rest).toEqual([""]);
  });

  it("says what is missing where nothing is watched", async () => {
    const { code, err } = await unwatched.samekey(["drift", "--table", "t", "--region", "us-east-1"]);
    expect(code).toBe(2);
    expect(err).toContain("set drift: {");
  });
});
