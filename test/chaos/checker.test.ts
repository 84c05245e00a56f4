import { describe, expect, test } from "vitest";
import { checkAnswers, checkTables, type Tables } from "./checker.ts";
import type { Deed } from "./history.ts";

const signIn = (from: number, said: Deed["said"], password = 0, more: Partial<Deed> = {}): Deed => ({
  kind: "sign-in",
  user: 1,
  password,
  from,
  to: from + 5,
  said,
  ...more,
});
const reset = (from: number, password: number, said: Deed["said"] = "yes"): readonly Deed[] => [
  { kind: "forget", user: 1, from, to: from + 1, said: "yes" },
  { kind: "choose", user: 1, password, from: from + 2, to: from + 5, said },
];

describe("the check of answers", () => {
  test.each<readonly [string, readonly Deed[]]>([
    ["the right password", [signIn(0, "yes"), signIn(10, "yes")]],
    ["a wrong one that is refused", [signIn(0, "wrong", 7), signIn(10, "yes")]],
    ["an outage, and the way back", [signIn(0, "fault"), signIn(10, "yes", 0, { calm: true })]],
    ["a new password, and the old one no more", [...reset(0, 1), signIn(10, "yes", 1), signIn(20, "wrong", 0)]],
    ["the old and the new one beside the choice", [...reset(0, 1), signIn(3, "yes", 0), signIn(3, "yes", 1)]],
    ["a new password whose answer was lost, taken or not", [...reset(0, 1, "fault"), signIn(10, "yes", 1)]],
    ["the old password after such a loss", [...reset(0, 1, "fault"), signIn(10, "yes", 0)]],
    ["the old password refused once a reset was begun", [reset(0, 1)[0] as Deed, signIn(10, "wrong", 0)]],
    ["the slower of two first sign-ins at once", [signIn(0, "yes"), signIn(2, "wrong")]],
    ["somebody else's reset", [...reset(0, 1).map((one) => ({ ...one, user: 2 })), signIn(10, "yes")]],
  ])("takes %s", (_, history) => expect(checkAnswers(history)).toEqual([]));

  test.each<readonly [string, readonly Deed[], RegExp]>([
    ["a wrong password that was let in", [signIn(0, "yes", 7)], /let in with the wrong password 7/],
    ["a password before it was chosen", [signIn(0, "yes", 1), ...reset(10, 1)], /let in with the wrong password 1/],
    ["the old password after the new one", [...reset(0, 1), signIn(10, "yes", 0)], /let in with the wrong password 0/],
    ["the password before the last", [...reset(0, 1), ...reset(10, 2), signIn(20, "yes", 1)], /wrong password 1/],
    ["a right password called wrong", [signIn(0, "wrong")], /was told that it is wrong/],
    [
      "one called wrong beside another, once let in",
      [signIn(0, "yes"), signIn(9, "wrong"), signIn(10, "yes")],
      /wrong/,
    ],
    ["a new password called wrong", [...reset(0, 1), signIn(10, "wrong", 1)], /was told that it is wrong/],
    ["nobody let in when all is mended", [signIn(0, "fault", 0, { calm: true })], /was not let in/],
  ])("finds %s", (_, history, expected) => expect(checkAnswers(history).join("\n")).toMatch(expected));
});

const row = {
  number: 1,
  source: "postgres",
  legacyId: "1",
  legacyKey: "1",
  state: "migrated",
  identifiers: ["ann"],
  version: 2,
  since: "2026-11-27T00:00:00.000Z",
  platformId: "pool#1",
} as const;
const right: Tables = {
  rows: [row],
  pointers: { "identifier#ann": "user#postgres#1" },
  wanted: { "identifier#ann": "user#postgres#1" },
  counted: { migrated: 1 },
  inRows: { migrated: 1 },
  audits: new Map([[1, 2]]),
  vaulted: [],
  pool: [{ number: 1, id: "pool#1" }],
};
const came = [signIn(0, "yes", 0, { calm: true })];

describe("the check of tables", () => {
  test("takes tables that tell the same", () => expect(checkTables(came, right)).toEqual([]));

  test.each<readonly [string, Partial<Tables>, RegExp, readonly Deed[]]>([
    ["two rows for one user", { rows: [row, row] }, /several rows/, came],
    ["two users of the platform", { pool: [...right.pool, { number: 1, id: "pool#2" }] }, /several times/, came],
    ["a counter that is off", { counted: { migrated: 2 } }, /counters: migrated is 2, wanted is 1/, came],
    ["a pointer too many", { pointers: { ...right.pointers, "identifier#bob": "x" } }, /identifier#bob is x/, came],
    ["a pointer that is missing", { pointers: {} }, /identifier#ann is missing/, came],
    ["a change without its event", { audits: new Map([[1, 1]]) }, /1 events at version 2/, came],
    ["a hash that was left behind", { vaulted: [1] }, /1 items in the vault/, came],
    ["a user of the platform whom the ledger does not know", { rows: [] }, /not in the ledger/, came],
    ["a user who was made without coming", {}, /never came/, [signIn(0, "wrong", 7)]],
    [
      "who came, and is not known to have moved",
      { rows: [{ ...row, state: "verified" }] },
      /is verified in the ledger/,
      came,
    ],
    [
      "a row of another user of the platform",
      { rows: [{ ...row, platformId: "pool#9" }] },
      /another platform id/,
      came,
    ],
  ])("finds %s", (_, changed, expected, history) =>
    expect(checkTables(history, { ...right, ...changed }).join("\n")).toMatch(expected),
  );
});
