import assert from "node:assert/strict";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type LedgerUser, type UserState, userStates } from "../../../lib/core/ports.ts";
import { pointerKey, pointersOf, userKey } from "../../../lib/ledger/keys.ts";
import { countRows } from "../../support/ledger.ts";
import type { World } from "./world.ts";

type Item = Readonly<Record<string, AttributeValue>>;

/** The design's table: every change that may stand in a history, as state, event, state. */
const unfinished = ["imported", "verified", "resetting", "placing"] as const;
export const allowedChanges: ReadonlySet<string> = new Set([
  ...["none", "imported"].map((state) => `${state} imported imported`),
  ...["none", "imported"].map((state) => `${state} placing placing`),
  ...["none", "imported", "verified"].map((state) => `${state} verified verified`),
  ...["none", "imported", "verified", "resetting"].map((state) => `${state} resetting resetting`),
  ...["verified", "resetting", "placing"].map((state) => `${state} migrated migrated`),
  "placing not-placed imported",
  ...["joined", "watched", "drifted", "reset-required"].map((event) => `migrated ${event} migrated`),
  ...[...unfinished, "migrated"].flatMap((state) => [`${state} blocked blocked`, `blocked unblocked ${state}`]),
  ...[...unfinished, "migrated", "blocked"].map((state) => `${state} erased erased`),
]);

/** How far a user is. Only what stands here by name may lead back. */
const rank: Readonly<Record<UserState | "none", number>> = {
  ...{ none: 0, imported: 1, placing: 2, verified: 2, resetting: 2, migrated: 3, blocked: 3, erased: 4 },
};
const leadsBack: ReadonlySet<string> = new Set(["not-placed", "blocked", "unblocked"]);

/** Where no stored password may be left. The grace is none: the row and the hash change in one transaction. */
const emptied: ReadonlySet<UserState> = new Set(["migrated", "erased"]);

const kinds = /^(user|identifier|legacy|platform|count|audit|vault|totp)#/;

/** What was seen of the histories before: nothing of it may change or go. */
export type Seen = Map<string, string>;

/** Everything that a scan of the table and a list of the pool's users can tell. @returns the users' rows */
export async function checkAll(world: World, seen: Seen): Promise<readonly LedgerUser[]> {
  const rows = await world.bench.rows();
  const items = await world.bench.items();
  for (const { pk } of items) assert.match(pk?.S ?? "", kinds, "an item of a kind that nobody knows");
  assert.deepEqual(await world.bench.counts(), countRows(rows), "the counters and a scan");
  checkPointers(rows, await world.bench.pointers());
  checkHistories(rows, items, seen);
  checkSealed(rows, items);
  await checkPlatform(world, rows);
  return rows;
}

function checkPointers(rows: readonly LedgerUser[], found: Readonly<Record<string, string>>): void {
  const expected = rows.flatMap((row) => {
    return pointersOf(row).map((key) => [pointerKey(key).pk, userKey(row.source, row.legacyId).pk] as const);
  });
  assert.equal(new Set(expected.map(([pk]) => pk)).size, expected.length, "one user for each identifier");
  assert.deepEqual(found, Object.fromEntries([...expected].sort()), "the pointers and a scan");
}

function checkHistories(rows: readonly LedgerUser[], items: readonly Item[], seen: Seen): void {
  const audit = items.filter(({ pk }) => pk?.S?.startsWith("audit#"));
  const texts = new Map(audit.map((item) => [`${item.pk?.S} ${item.sk?.S}`, JSON.stringify(item)]));
  for (const [key, text] of seen) assert.equal(texts.get(key), text, "an event of a history was changed");
  for (const [key, text] of texts) seen.set(key, text);
  assert.equal(
    audit.length,
    rows.reduce((sum, { version }) => sum + version, 0),
    "one event for each version",
  );
  for (const row of rows) {
    const user = items.find(({ pk }) => pk?.S === userKey(row.source, row.legacyId).pk);
    const own = audit.filter(({ pk }) => pk?.S === `audit#${user?.history?.S}`);
    const history = own.sort((a, b) => (a.sk?.S ?? "").localeCompare(b.sk?.S ?? ""));
    assert.deepEqual(
      history.map(({ sk }) => Number(sk?.S)),
      Array.from({ length: row.version }, (_, index) => index + 1),
      "versions without gaps",
    );
    assert.equal(checkChain(history), row.state, "the last event and the row");
  }
}

/** @returns the state that a history ends in */
function checkChain(history: readonly Item[]): string {
  let state = "none";
  let blockedFrom = "";
  for (const item of history) {
    const [from, event, to] = [item.from?.S ?? "", item.event?.S ?? "", item.to?.S ?? ""];
    assert.equal(from, state, "changes in a chain");
    assert(allowedChanges.has(`${from} ${event} ${to}`), `no change of the table: ${from} ${event} ${to}`);
    if (event === "blocked") blockedFrom = from;
    if (event === "unblocked") assert.equal(to, blockedFrom, "back to the former state");
    if (!leadsBack.has(event)) assert(rank[asState(to)] >= rank[asState(from)], `backwards: ${from} ${event} ${to}`);
    state = to;
  }
  return state;
}

function asState(text: string): UserState | "none" {
  return userStates.find((state) => state === text) ?? "none";
}

function checkSealed(rows: readonly LedgerUser[], items: readonly Item[]): void {
  const keys = (prefix: string) => items.flatMap(({ pk }) => (pk?.S?.startsWith(prefix) ? [pk.S] : [])).sort();
  const promised = (word: "vaulted" | "totp", prefix: string) =>
    rows.filter((row) => row[word] === true).map((row) => `${prefix}${row.source}#${row.legacyId}`);
  assert.deepEqual(keys("vault#"), promised("vaulted", "vault#"), "one stored password for each row that promises one");
  assert.deepEqual(keys("totp#"), promised("totp", "totp#"), "one TOTP secret for each row that promises one");
  const late = rows.filter(({ state, vaulted }) => vaulted === true && emptied.has(state));
  assert.deepEqual(late, [], "a stored password that outlives its need");
}

/** Nobody is twice in the pool, nobody of Samekey's is there without a row, and who has moved is there. */
async function checkPlatform(world: World, rows: readonly LedgerUser[]): Promise<void> {
  const users = (await world.users()).flatMap(({ Attributes = [] }) => {
    const told = new Map(Attributes.map(({ Name, Value }) => [Name, Value]));
    const legacyId = told.get("custom:legacy_id");
    return legacyId === undefined ? [] : [{ legacyId, id: `${world.poolId}#${told.get("sub")}` }];
  });
  const ids = users.map(({ legacyId }) => legacyId);
  assert.equal(new Set(ids).size, ids.length, "one platform user for each legacy user");
  for (const { legacyId, id } of users) {
    const row = rows.find((one) => one.legacyKey === legacyId);
    assert(row !== undefined, "a platform user of Samekey's has a row");
    if (row.platformId !== undefined) assert.equal(row.platformId, id, "the row and the platform user");
  }
  for (const row of rows.filter(({ state }) => state === "migrated")) {
    assert(
      users.some(({ id }) => id === row.platformId),
      "who has moved is on the platform",
    );
  }
}
