import { DeleteItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import type { LedgerChange, LedgerUser } from "../../lib/core/ports.ts";
import { onProof } from "../../lib/core/transitions.ts";
import { keyItem } from "../../lib/ledger/items.ts";
import { openLedger } from "../../lib/ledger/ledger.ts";
import { aDeadline } from "../support/deadline.ts";
import { countRows, type LedgerBench } from "../support/ledger.ts";
import { tap } from "../support/wire.ts";

const write = "TransactWriteItemsCommand";

/** A row without the history's name, which the ledger makes. */
export function aRow(overrides: Partial<LedgerUser> = {}): LedgerUser {
  return {
    source: "shop",
    legacyId: "1",
    legacyKey: "1",
    platformUsername: "ann",
    identifiers: ["ann", "ann@example.com"],
    state: "verified",
    version: 1,
    since: "2026-01-01T00:00:00.000Z",
    ...overrides,
  };
}

/** The row after a change: one version on. */
export function aChange(before: LedgerUser | undefined, changes: Partial<LedgerUser>): LedgerChange {
  const after = { ...(before ?? aRow()), ...changes, version: (before?.version ?? 0) + 1 };
  return { before, after, event: after.state };
}

/** A ledger in a table of its own, and all that goes to DynamoDB for it. */
export async function openTapped(open: () => Promise<LedgerBench>) {
  const bench = await open();
  const { signal } = aDeadline();
  return {
    ...bench,
    wire: tap(bench.client),
    change: (change: LedgerChange) => bench.ledger.change(change, signal),
    /** The same in a config that erases. */
    erase: (change: LedgerChange) => bench.erasing.change(change, signal),
    find: (...keys: Parameters<typeof bench.ledger.find>[0]) => bench.ledger.find(keys, signal),
  };
}

/** What every DynamoDB has to give the ledger. `open` gives a ledger in a table of its own. */
export function ledgerContract(open: () => Promise<LedgerBench>): void {
  const anOpenLedger = () => openTapped(open);
  const create = aChange(undefined, {});

  describe("change", () => {
    it("writes the row, its pointers, one counter and one audit event in one transaction", async () => {
      const { change, items, wire, counts, pointers } = await anOpenLedger();
      expect(await change(create)).toMatchObject({ kind: "done", user: create.after });
      expect(wire.count(write)).toBe(1);
      const kinds = (await items()).map((item) => item.pk?.S?.split("#")[0]).sort();
      expect(kinds).toEqual(["audit", "count", "identifier", "identifier", "legacy", "user"]);
      expect(await counts()).toEqual({ verified: 1 });
      expect(await pointers()).toEqual({
        "identifier#ann": "user#shop#1",
        "identifier#ann@example.com": "user#shop#1",
        "legacy#1": "user#shop#1",
      });
    });

    it("gives back what it wrote, in every field", async () => {
      const { change, find } = await anOpenLedger();
      const after = aRow({ former: "imported", state: "blocked", platformId: "pool#sub" });
      await change({ before: undefined, after, event: "blocked" });
      expect(await find({ kind: "identifier", value: "ann" })).toMatchObject(after);
    });

    it("moves both counts at once, and leaves them where the state stays", async () => {
      const { change, counts } = await anOpenLedger();
      await change(create);
      const moved = aChange(create.after, { state: "migrated" });
      await change(moved);
      expect(await counts()).toEqual({ migrated: 1 });
      await change(aChange(moved.after, { identifiers: ["ann"] }));
      expect(await counts()).toEqual({ migrated: 1 });
    });

    it("moves the pointers of identifiers that have changed", async () => {
      const { change, pointers } = await anOpenLedger();
      await change(create);
      await change(aChange(create.after, { identifiers: ["ann", "new@example.com"], platformId: "pool#sub" }));
      expect(Object.keys(await pointers())).toEqual([
        "identifier#ann",
        "identifier#new@example.com",
        "legacy#1",
        "platform#pool#sub",
      ]);
    });

    it("tells what stands there when another change was faster, and writes nothing", async () => {
      const { change, rows, counts } = await anOpenLedger();
      await change(create);
      const first = aChange(create.after, { state: "blocked" });
      await change(first);
      expect(await change(aChange(create.after, { state: "migrated" }))).toMatchObject({
        kind: "changed",
        current: first.after,
      });
      expect(await change(aChange(undefined, { since: "2026-01-02T00:00:00.000Z" }))).toMatchObject({
        kind: "changed",
        current: first.after,
      });
      expect(await rows()).toEqual([first.after]);
      expect(await counts()).toEqual({ blocked: 1 });
    });

    it("tells that a row which was to be changed is not there", async () => {
      const { change, items } = await anOpenLedger();
      expect(await change(aChange(aRow(), { state: "blocked" }))).toEqual({ kind: "changed", current: undefined });
      expect(await items()).toEqual([]);
    });

    it.each([
      ["identifier", { identifiers: ["bob", "ann"] }],
      ["platform's id", { identifiers: ["bob"], platformId: "pool#sub" }],
      ["legacy key", { identifiers: ["bob"], legacyKey: "1" }],
    ])("is a conflict where another user has the %s, and writes nothing", async (_, overrides) => {
      const { change, rows, counts, pointers } = await anOpenLedger();
      await change(aChange(undefined, { platformId: "pool#sub" }));
      const before = await pointers();
      const bob = aChange(undefined, { legacyId: "2", legacyKey: "2", ...overrides });
      expect(await change(bob)).toEqual({ kind: "conflict" });
      expect(await rows()).toHaveLength(1);
      expect(await counts()).toEqual({ verified: 1 });
      expect(await pointers()).toEqual(before);
    });

    it("never takes another user's pointer away", async () => {
      const { change, pointers, client, table } = await anOpenLedger();
      await change(create);
      // Ann's row still names an identifier whose pointer was taken over by Bob.
      await client.send(
        new DeleteItemCommand({ TableName: table, Key: keyItem({ pk: "identifier#ann", sk: "pointer" }) }),
      );
      await change(aChange(undefined, { legacyId: "2", legacyKey: "2", identifiers: ["ann"] }));
      expect(await change(aChange(create.after, { identifiers: ["ann@example.com"] }))).toEqual({ kind: "conflict" });
      expect((await pointers())["identifier#ann"]).toBe("user#shop#2");
    });

    it.each([1, 2])("is one write when its answer is lost %i times, with the same token", async (times) => {
      const { change, wire, rows, counts, items } = await anOpenLedger();
      wire.loseAnswers(write, times);
      expect(await change(create)).toMatchObject({ kind: "done" });
      const tokens = wire.inputs(write).map((input) => input.ClientRequestToken);
      expect(tokens).toHaveLength(times + 1);
      expect(new Set(tokens).size).toBe(1);
      expect(await rows()).toEqual([create.after]);
      expect(await counts()).toEqual({ verified: 1 });
      expect((await items()).filter((item) => item.pk?.S?.startsWith("audit#"))).toHaveLength(1);
    });

    it("knows its own row where another environment repeats it, with another shard and so another token", async () => {
      const { change, wire, client, table, counts } = await anOpenLedger();
      await change(create);
      const other = openLedger({ table, client, random: () => 0.99 });
      const third = openLedger({ table, client, random: () => 0 });
      for (const ledger of [other, third]) {
        expect(await ledger.change(create, aDeadline().signal)).toMatchObject({ kind: "done", user: create.after });
      }
      expect(new Set(wire.inputs(write).map((input) => input.ClientRequestToken)).size).toBeGreaterThan(1);
      expect(await counts()).toEqual({ verified: 1 });
    });

    it("has one winner among many at once, and counts that are exact", async () => {
      const { change, rows, counts, ledger } = await anOpenLedger();
      const users = Array.from({ length: 6 }, (_, index) =>
        aRow({ legacyId: `${index}`, legacyKey: `${index}`, identifiers: [`u${index}`, "shared"] }),
      );
      const answers = await Promise.all(users.map((after) => change({ before: undefined, after, event: "verified" })));
      expect(answers.filter((answer) => answer.kind === "done")).toHaveLength(1);
      expect(answers.filter((answer) => answer.kind === "conflict")).toHaveLength(5);
      const [winner] = await rows();
      if (winner === undefined) throw new Error("no row");
      const states = ["migrated", "blocked", "placing", "resetting"] as const;
      const moves = await Promise.all(
        states.map((state) => ledger.change(aChange(winner, { state, since: state }), aDeadline().signal)),
      );
      expect(moves.filter((answer) => answer.kind === "done")).toHaveLength(1);
      expect(await counts()).toEqual(countRows(await rows()));
    });

    it("keeps one audit event a change, with nothing personal in it", async () => {
      const { change, items } = await anOpenLedger();
      await change(create);
      await change(aChange(create.after, { state: "migrated", platformId: "pool#sub" }));
      const audit = (await items()).filter((item) => item.pk?.S?.startsWith("audit#"));
      const sorted = audit.sort((a, b) => (a.sk?.S ?? "").localeCompare(b.sk?.S ?? ""));
      expect(sorted.map(({ sk, from, to, event }) => [sk?.S, from?.S, to?.S, event?.S])).toEqual([
        ["0000000001", "none", "verified", "verified"],
        ["0000000002", "verified", "migrated", "migrated"],
      ]);
      expect(new Set(audit.flatMap((item) => Object.keys(item)))).toEqual(
        new Set(["pk", "sk", "event", "from", "to", "at"]),
      );
      expect(JSON.stringify(audit)).not.toMatch(/ann|example|pool#sub/);
    });

    it("gives a row a history of its own, and keeps it through every change", async () => {
      const { change, items } = await anOpenLedger();
      const made = await change(create);
      if (made.kind !== "done") throw new Error("not made");
      await change(aChange(made.user, { state: "blocked" }));
      await change(aChange(undefined, { legacyId: "2", legacyKey: "2", identifiers: ["bob"] }));
      const all = await items();
      const histories = all.flatMap((item) => (item.sk?.S === "user" ? [item.history?.S] : []));
      expect(new Set(histories).size).toBe(2);
      const audit = all.filter((item) => item.pk?.S?.startsWith("audit#"));
      expect(audit.filter((item) => item.pk?.S === `audit#${histories[0]}`).length).toBeGreaterThan(0);
      expect(new Set(audit.map((item) => item.pk?.S))).toEqual(new Set(histories.map((one) => `audit#${one}`)));
    });

    it("finds the users whose state has to be looked at again by an index, and no other one", async () => {
      const { change, client, table } = await anOpenLedger();
      await change(create);
      const indexed = async () => {
        const { Items = [] } = await client.send(new ScanCommand({ TableName: table, IndexName: "open" }));
        return Items.map((item) => [item.open?.S?.replace(/#[0-9]+$/, ""), item.since?.S, item.pk?.S]);
      };
      expect(await indexed()).toEqual([["open#verified", create.after.since, "user#shop#1"]]);
      await change(aChange(create.after, { state: "migrated" }));
      expect(await indexed()).toEqual([]);
    });
  });

  describe("a proof", () => {
    it("finds the row by the platform's id from then on", async () => {
      const { change, find } = await anOpenLedger();
      await change(create);
      const proof = onProof(create.after, "pool#sub", new Date());
      if (proof.kind !== "to") throw new Error("no proof");
      await change({ before: create.after, ...proof });
      expect(await find({ kind: "platform", value: "pool#sub" })).toMatchObject(proof.after);
    });
  });
}
