import { describe, expect, it } from "vitest";
import { lookUp, signIn } from "../../lib/core/sign-in.ts";
import { guardSignUp } from "../../lib/core/sign-up.ts";
import { aDeadline } from "../support/deadline.ts";
import { annsPassword } from "../support/legacy-user.ts";
import { aLookUp, aSignIn } from "../support/services.ts";
import { aThrottledSetting, minute, second } from "./throttled-setting.ts";

const ann = "ann@example.com";
const throttled = { kind: "denied", reason: "throttled" };
const wrong = { kind: "denied", reason: "wrong-password" };

describe("attempts on one identifier", () => {
  it("are let through six times, however many come at the same moment, and the rest ask nobody", async () => {
    const setting = await aThrottledSetting();
    const environments = Array.from({ length: 5 }, () => setting.environment());
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, guess) => setting.signIn(ann, `guess ${guess}`, environments[guess % 5])),
    );
    expect(answers.filter((answer) => answer.kind === "denied" && answer.reason === "wrong-password")).toHaveLength(6);
    expect(answers.filter((answer) => answer.kind === "denied" && answer.reason === "throttled")).toHaveLength(14);
    expect(setting.asked).toHaveLength(6);
    // A throttled attempt does the work of a wrong password.
    expect(setting.work.filter((one) => one === "decoy")).toHaveLength(14);
  }, 30_000);

  it("keep the right password out as long as the delay is on, and no longer", async () => {
    const setting = await aThrottledSetting();
    for (let guess = 0; guess < 6; guess++) expect(await setting.signIn(ann, `guess ${guess}`)).toEqual(wrong);
    expect(await setting.signIn(ann, annsPassword)).toEqual(throttled);
    setting.clock.ms += second;
    expect(await setting.signIn(ann, annsPassword)).toMatchObject({ kind: "verified" });
  });

  it("count one identifier in all its spellings", async () => {
    const setting = await aThrottledSetting();
    const spellings = [ann, "ANN@example.com", " Ann@Example.com", "ann@EXAMPLE.com ", ann, "aNN@example.com"];
    for (const [index, one] of spellings.entries()) await setting.signIn(one, `guess ${index}`);
    expect(await setting.signIn(ann, annsPassword)).toEqual(throttled);
    expect(await setting.signIn("ben@example.com", "x")).toMatchObject({ reason: "unknown-user" });
  });

  it("count the same for somebody who is not there", async () => {
    const setting = await aThrottledSetting();
    for (let guess = 0; guess < 6; guess++) await setting.signIn("nobody", `guess ${guess}`);
    expect(await setting.signIn("nobody", "x")).toEqual(throttled);
  });

  it("let the owner in between the guesses of an attack that goes on", async () => {
    const setting = await aThrottledSetting();
    // A guess every five minutes for five hours: most of them find a delay, which they do not make longer.
    for (let guess = 0; guess < 60; guess++) {
      await setting.signIn(ann, `guess ${guess}`);
      setting.clock.ms += 5 * minute;
    }
    expect(setting.asked.length).toBeLessThan(60);
    let answer = await setting.signIn(ann, annsPassword);
    for (let tries = 0; answer.kind !== "verified" && tries < 6; tries++) {
      setting.clock.ms += minute;
      await setting.signIn(ann, `guess between ${tries}`);
      setting.clock.ms += 4 * minute;
      answer = await setting.signIn(ann, annsPassword);
    }
    expect(answer).toMatchObject({ kind: "verified" });
  }, 60_000);

  it("are forgotten when the right password came", async () => {
    const setting = await aThrottledSetting();
    for (let guess = 0; guess < 5; guess++) await setting.signIn(ann, `guess ${guess}`);
    expect(await setting.signIn(ann, annsPassword)).toMatchObject({ kind: "verified" });
    for (let guess = 0; guess < 6; guess++) expect(await setting.signIn(ann, `later ${guess}`)).toEqual(wrong);
    expect(await setting.signIn(ann, "once more")).toEqual(throttled);
  });

  it("cost one write at a first sign-in", async () => {
    const setting = await aThrottledSetting();
    await setting.signIn(ann, annsPassword);
    expect(await setting.items("attempt")).toMatchObject([{ revision: { N: "1" } }]);
    expect(await setting.items("circuit")).toEqual([]);
  });

  it("are one for a platform that asks again, in whichever environment", async () => {
    const setting = await aThrottledSetting();
    for (let guess = 0; guess < 6; guess++) await setting.signIn(ann, `guess ${guess}`);
    setting.clock.ms += 5 * second;
    expect(await setting.signIn(ann, "guess 5", setting.environment())).toEqual(wrong);
    expect(await setting.items("attempt")).toMatchObject([{ revision: { N: "6" } }]);
    expect(await setting.signIn(ann, "guess 6", setting.environment())).toEqual(wrong);
    expect(await setting.signIn(ann, "guess 7")).toEqual(throttled);
  });

  it("let in a right password that came twelve times at once", async () => {
    const setting = await aThrottledSetting();
    const environments = Array.from({ length: 4 }, () => setting.environment());
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => setting.signIn(ann, annsPassword, environments[index % 4])),
    );
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(["verified"]));
    expect(await setting.rows()).toHaveLength(1);
  }, 30_000);

  it("count a second call as a second attempt where environments share no key, and never as none", async () => {
    const setting = await aThrottledSetting();
    const environments = [setting.environment({ key: undefined }), setting.environment({ key: undefined })];
    // Of two keys one call in 4,096 looks alike all the same; of four in a row none does.
    for (let call = 0; call < 4; call++) await setting.signIn(ann, "guess", environments[call % 2]);
    const [item] = await setting.items("attempt");
    expect(Number(item?.revision?.N)).toBeGreaterThan(1);
  });

  it("leave neither what was typed nor a whole digest of the password behind", async () => {
    const setting = await aThrottledSetting();
    await setting.signIn("my-password-in-the-wrong-field", "canary");
    const [item] = await setting.items("attempt");
    expect(JSON.stringify(item)).not.toMatch(/my-password|canary/);
    expect(JSON.parse(item?.record?.S ?? "").tag).toMatch(/^[0-9a-f]{3}$/);
    expect(Number(item?.ttl?.N) * 1000).toBeLessThanOrEqual(setting.clock.ms + 61 * minute);
  });
});

describe("attempts of another kind", () => {
  it("are counted on their own: forgotten passwords do not keep a sign-in out", async () => {
    const setting = await aThrottledSetting();
    for (let call = 0; call < 6; call++) {
      await setting.lookUp("nobody@example.com");
      setting.clock.ms += 15 * second;
    }
    setting.clock.ms -= 15 * second;
    expect(await setting.lookUp("nobody@example.com")).toMatchObject({ reason: "unknown-user" });
    setting.clock.ms += 16 * second;
    for (let call = 0; call < 4; call++) {
      await setting.lookUp("nobody@example.com");
      setting.clock.ms += 15 * second;
    }
    const asked = setting.asked.length;
    expect(await setting.lookUp("nobody@example.com")).toEqual(throttled);
    expect(setting.asked).toHaveLength(asked);
    expect(await setting.signIn("nobody@example.com", "x")).toMatchObject({ reason: "unknown-user" });
  });

  it("are counted for the sign-up guard, which then refuses and asks nobody", async () => {
    const setting = await aThrottledSetting();
    const asked: string[] = [];
    const services = {
      ...setting.services,
      federated: "refuse",
      cache: {
        forget: () => undefined,
        status: async (key: string) => {
          asked.push(key);
          return { known: false, enabled: true };
        },
      },
    } as const;
    const signUp = () => {
      const identifiers = { usernames: ["newcomer"], emailVerified: false, phoneVerified: false };
      return guardSignUp({ kind: "sign-up", identifiers, by: "person" }, services, aDeadline());
    };
    for (let call = 0; call < 6; call++) {
      expect(await signUp()).toEqual({ kind: "allowed" });
      setting.clock.ms += 16 * second;
    }
    for (let call = 0; call < 5; call++) {
      await signUp();
      setting.clock.ms += 16 * second;
    }
    const before = asked.length;
    expect(await signUp()).toEqual(throttled);
    expect(asked).toHaveLength(before);
  });
});

describe("a fault", () => {
  it("of the attempts' table lets nobody in, right password or not", async () => {
    const setting = await aThrottledSetting();
    const broken = setting.environmentWithoutTable();
    await expect(signIn(aSignIn(ann), broken, aDeadline())).rejects.toMatchObject({ code: "LEDGER_UNAVAILABLE" });
    await expect(lookUp(aLookUp(ann), broken, aDeadline())).rejects.toMatchObject({ code: "LEDGER_UNAVAILABLE" });
    expect(setting.asked).toEqual([]);
    expect(await setting.rows()).toEqual([]);
  });

  it("of an attempts' item that cannot be read lets nobody in", async () => {
    const setting = await aThrottledSetting();
    await setting.signIn(ann, "wrong");
    await setting.spoil("attempt");
    await expect(setting.signIn(ann, annsPassword)).rejects.toMatchObject({ code: "LEDGER_DAMAGED" });
    expect(await setting.rows()).toEqual([]);
  });

  it("of the legacy store counts for nothing: nobody has learned anything", async () => {
    const setting = await aThrottledSetting();
    const down = { ...setting.source, find: () => Promise.reject(new Error("down")) };
    const services = { ...setting.services, sources: [down] };
    for (let call = 0; call < 10; call++) {
      await expect(signIn(aSignIn(ann, `try ${call}`), services, aDeadline())).rejects.toThrow("down");
    }
    expect(await setting.signIn(ann, annsPassword)).toMatchObject({ kind: "verified" });
  });
});
