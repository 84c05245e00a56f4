import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readCases, readTallies } from "../../lib/ledger/standing.ts";
import { annsPassword, storedHash } from "../support/legacy-user.ts";
import { type Bed, openBed } from "./bed.ts";

const refusalMs = 300;
const config = (mode: "migrate" | "shadow") => `
  import { defineMigration } from "./lib/config/define-migration.ts";
  import { pbkdf2 } from "./lib/hashes/pbkdf2.ts";
  import { phpass } from "./lib/hashes/phpass.ts";
  import { custom } from "./lib/sources/custom.ts";

  const user = (id, email, encoded, enabled = true) =>
    ({ id, username: email, enabled, attributes: { email, email_verified: true }, password: { encoded } });
  const users = new Map([
    user(1, "ann@example.com", ${JSON.stringify(storedHash(annsPassword))}),
    user(2, "bob@example.com", "{canary-scheme}0123456789"),
  ].map((one) => [one.attributes.email, one]));

  export default defineMigration({
    mode: ${JSON.stringify(mode)},
    sources: [custom({
      name: "shop",
      lookups: ["email"],
      find: (by) => {
        if (by.canonical.startsWith("down")) throw new Error("connection refused");
        return users.get(by.canonical);
      },
    })],
    passwords: [phpass(), pbkdf2()],
    userNames: "email",
    refusalMs: ${refusalMs},
  });
`;

const ann = "ann@example.com";
const legacy = (word: string) => ({ samekey_legacy: word });
const refused = { kind: "no", name: "NotAuthorizedException", text: "Incorrect username or password." };

let bed: Bed;
beforeAll(async () => {
  bed = await openBed(config("shadow"));
});
afterAll(() => bed.close());

let counted: Readonly<Record<string, number>>;
beforeEach(async () => {
  counted = await tallies();
});

async function tallies(): Promise<Readonly<Record<string, number>>> {
  const sums: Record<string, number> = {};
  for (const { request, told, would, code, count } of await readTallies(bed, "2000-01-01")) {
    const name = [request, told, would, ...(code === undefined ? [] : [code])].join(" ");
    sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}

/** What was counted since the test began. */
async function newTallies(): Promise<Readonly<Record<string, number>>> {
  const now = Object.entries(await tallies()).map(([name, sum]) => [name, sum - (counted[name] ?? 0)] as const);
  return Object.fromEntries(now.filter(([, sum]) => sum !== 0));
}

/** The log lines of the migration trigger; the gate has lines of its own. */
function signIns() {
  return bed.lines.filter(({ request }) => request === "sign-in");
}

test("refuses the right password as a wrong one, makes no user, and counts both as told", async () => {
  expect(await bed.people.signIn(ann, annsPassword, legacy("accepted"))).toEqual(refused);
  expect(await bed.people.signIn(ann, "canary-wrong", legacy("refused"))).toEqual(refused);
  expect(await bed.people.signIn(ann, annsPassword)).toEqual(refused);
  expect(await bed.users()).toBe(0);
  expect(await newTallies()).toEqual({
    "sign-in accepted verified": 1,
    "sign-in refused wrong-password": 1,
    "sign-in untold verified": 1,
  });
  const told = signIns().slice(-3);
  expect(told).toMatchObject([
    { outcome: "shadowed", would: "verified", source: "shop" },
    { outcome: "shadowed", would: "denied", reason: "wrong-password" },
    { outcome: "shadowed", would: "verified" },
  ]);
  // Held back to the same step, a right password too.
  for (const { ms } of told) expect(ms).toBeGreaterThanOrEqual(refusalMs - 1);
});

test("names whom a migration would refuse though the old system let them in", async () => {
  expect(await bed.people.signIn("bob@example.com", "any", legacy("accepted"))).toEqual(refused);
  expect(await newTallies()).toEqual({ "sign-in accepted unusable-record HASH_UNKNOWN": 1 });
  const { cases } = await readCases(bed, "2000-01-01", new Date());
  expect(cases).toMatchObject([{ source: "shop", legacyId: "2", told: "accepted", code: "HASH_UNKNOWN" }]);
});

test("starts no reset for a forgotten password, and counts it", async () => {
  await bed.people.forget(ann);
  expect(await bed.users()).toBe(0);
  expect(await newTallies()).toEqual({ "look-up untold found": 1 });
});

test("keeps on guarding sign-ups, since no account may be taken before the migration either", async () => {
  expect(await bed.people.signUp(ann, ann, "Str0ng-enough!")).toMatchObject({ kind: "no" });
  expect(await bed.users()).toBe(0);
  expect(await newTallies()).toEqual({});
});

test("counts a legacy store that is down, and stays shut as a migration does", async () => {
  const said = await bed.people.signIn("down@example.com", annsPassword, legacy("accepted"));
  expect(said).toMatchObject({ kind: "no", name: "UserNotFoundException" });
  expect(signIns().at(-1)).toMatchObject({ level: "ERROR", outcome: "fault", code: "SOURCE_UNAVAILABLE" });
  expect(await newTallies()).toEqual({ "sign-in accepted fault SOURCE_UNAVAILABLE": 1 });
});

test.each([
  ["refuses the write", { kind: "error", status: 400, type: "AccessDeniedException", message: "canary" }],
  ["throttles", { kind: "throttle" }],
  ["hangs", { kind: "hang" }],
] as const)("answers as ever when DynamoDB %s while it is written down, and says so in the log", async (_, fault) => {
  bed.dynamo.faults.always("TransactWriteItems", fault);
  try {
    expect(await bed.people.signIn(ann, annsPassword, legacy("accepted"))).toEqual(refused);
  } finally {
    bed.dynamo.faults.clear();
  }
  const unrecorded = fault.kind === "error" ? "LEDGER_UNAVAILABLE" : "DEADLINE_EXCEEDED";
  expect(signIns().at(-1)).toMatchObject({ level: "WARN", outcome: "shadowed", would: "verified", unrecorded });
  expect(await bed.users()).toBe(0);
});

test.each<readonly [string, Record<string, string>]>([
  ["another word", legacy("maybe")],
  ["a long word", legacy("accepted".padEnd(100_000, "x"))],
  ["other keys", { legacy: "accepted", constructor: "accepted" }],
  ["a key called __proto__", Object.defineProperty({}, "__proto__", { value: "accepted", enumerable: true })],
])("takes %s of the application for none", async (_, metadata) => {
  expect(await bed.people.signIn(ann, annsPassword, metadata)).toEqual(refused);
  expect(await newTallies()).toEqual({ "sign-in untold verified": 1 });
});

test("has written nothing but its own items and the counts of sign-ups, and told nobody's name, password or hash", async () => {
  const items = await bed.items();
  expect(items.length).toBeGreaterThan(0);
  // The sign-up guard is as real as ever: it counts who tries to sign up.
  expect(items.filter(({ pk }) => !/^(shadow|attempt#sign-up)#/.test(pk?.S ?? ""))).toEqual([]);
  const written = JSON.stringify(items) + bed.told.join("\n");
  for (const one of [ann, "example.com", annsPassword, "canary", "pbkdf2_sha256"]) expect(written).not.toContain(one);
});

test("moves the same users once the mode is migrate, as the run said", async () => {
  const migrating = await openBed(config("migrate"));
  try {
    expect(await migrating.people.signIn(ann, annsPassword, legacy("refused"))).toEqual({ kind: "yes" });
    expect(await migrating.people.signIn("bob@example.com", "any")).toEqual(refused);
    expect(await migrating.users()).toBe(1);
    expect(await migrating.rows()).toMatchObject([{ legacyId: "1", state: "migrated" }]);
    expect((await migrating.items()).filter(({ pk }) => pk?.S?.startsWith("shadow#"))).toEqual([]);
  } finally {
    await migrating.close();
  }
});
