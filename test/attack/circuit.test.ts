import { describe, expect, it } from "vitest";
import { onImport } from "../../lib/core/transitions.ts";
import { aDeadline } from "../support/deadline.ts";
import { aLegacyUser, annsPassword, storedHash } from "../support/legacy-user.ts";
import { aThrottledSetting, minute, second } from "./throttled-setting.ts";

const throttled = { kind: "denied", reason: "throttled" };
const victims = Array.from({ length: 500 }, (_, index) =>
  aLegacyUser({
    id: `v${index}`,
    username: `victim${index}`,
    attributes: { email: `victim${index}@example.com`, email_verified: "true" },
    password: { encoded: storedHash(`secret ${index}`) },
  }),
);
const ben = aLegacyUser({
  id: "2",
  username: "ben",
  attributes: { email: "ben@example.com", email_verified: "true" },
});

describe("one guess at each of 500 identifiers", () => {
  it("trips the circuit: the legacy store is left alone, the alarm's line is told, and a known user signs in", async () => {
    const setting = await aThrottledSetting([aLegacyUser(), ben, ...victims]);
    // Ann has been here before: she is in the ledger.
    expect(await setting.signIn("ann", annsPassword)).toMatchObject({ kind: "verified" });
    const environments = Array.from({ length: 10 }, () => setting.environment());

    const reasons = new Map<string, number>();
    const guesses = victims.entries();
    const attacker = async (environment: (typeof environments)[number]) => {
      for (const [, { username }] of guesses) {
        const answer = await setting.signIn(username, "Winter2026!", environment);
        const reason = answer.kind === "denied" ? answer.reason : answer.kind;
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    };
    await Promise.all(environments.map(attacker));
    // 200 are the default of one app client; each environment learns of the opening by a failure of its own, or two where
    // ten write at once.
    expect(reasons.get("wrong-password")).toBeGreaterThanOrEqual(200);
    expect(reasons.get("wrong-password")).toBeLessThanOrEqual(230);
    expect((reasons.get("wrong-password") ?? 0) + (reasons.get("throttled") ?? 0)).toBe(500);
    expect(setting.opened.length).toBeGreaterThan(0);
    expect(new Set(setting.opened.map(Number))).toEqual(new Set([setting.clock.ms + 60 * second]));

    const [attacked] = environments;
    setting.asked.length = 0;
    expect(await setting.signIn("ann", annsPassword, attacked)).toMatchObject({ kind: "verified" });
    expect(await setting.signIn("ann", "wrong", attacked)).toMatchObject({ reason: "wrong-password" });
    setting.asked.length = 0;
    expect(await setting.signIn("ben", annsPassword, attacked)).toEqual(throttled);
    expect(await setting.lookUp("ben@example.com", attacked)).toEqual(throttled);
    expect(setting.asked).toEqual([]);

    setting.clock.ms += minute;
    expect(await setting.signIn("ben", annsPassword, attacked)).toMatchObject({ kind: "verified" });
  }, 120_000);

  it("opens it again at a tenth of the limit, when the minute is over and the attack is not", async () => {
    const setting = await aThrottledSetting(victims, {
      circuit: { failuresPerMinute: 30, clientFailuresPerMinute: 30, openSeconds: 60 },
    });
    const guess = (index: number) => setting.signIn(`victim${index}`, "Winter2026!");
    for (let index = 0; index < 30; index++) await guess(index);
    expect(await guess(30)).toEqual(throttled);
    setting.clock.ms += minute;
    for (let index = 40; index < 43; index++) expect(await guess(index)).toMatchObject({ reason: "wrong-password" });
    expect(await guess(43)).toEqual(throttled);
    expect(setting.opened).toHaveLength(2);
  });

  it("lets an imported user through, who is in the ledger though never signed in", async () => {
    const setting = await aThrottledSetting([ben, ...victims], {
      circuit: { failuresPerMinute: 30, clientFailuresPerMinute: 30, openSeconds: 60 },
    });
    const candidate = {
      source: "custom",
      legacyId: "2",
      legacyKey: "2",
      platformUsername: "ben",
      identifiers: ["ben", "ben@example.com"],
    };
    const imported = onImport(undefined, candidate, new Date(setting.clock.ms));
    if (imported.kind !== "to") return expect.unreachable();
    const { vaulted: _, ...after } = imported.after;
    await setting.ledger.change({ before: undefined, after, event: "imported" }, aDeadline().signal);
    for (let index = 0; index < 30; index++) await setting.signIn(`victim${index}`, "Winter2026!");
    expect(await setting.signIn("victim99", "secret 99")).toEqual(throttled);
    expect(await setting.signIn("ben@example.com", annsPassword)).toMatchObject({ kind: "verified" });
  });

  it("does not open when it is turned off", async () => {
    const setting = await aThrottledSetting(victims, { circuit: undefined });
    for (let index = 0; index < 40; index++) await setting.signIn(`victim${index}`, "Winter2026!");
    expect(await setting.items("circuit")).toEqual([]);
  });
});
