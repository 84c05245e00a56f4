import { describe, expect, it, onTestFinished } from "vitest";
import { complete } from "../../lib/core/completion.ts";
import { openDeadline } from "../../lib/core/deadline.ts";
import { MigrationError } from "../../lib/core/errors.ts";
import { passGate } from "../../lib/core/gate.ts";
import { openLegacyCache } from "../../lib/core/legacy-cache.ts";
import type { LegacySource } from "../../lib/core/ports.ts";
import { lookUp, signIn } from "../../lib/core/sign-in.ts";
import { guardSignUp } from "../../lib/core/sign-up.ts";
import type { FaultPlan } from "../../lib/local/faults.ts";
import { aDeadline } from "../support/deadline.ts";
import { aLegacyUser, annsPassword } from "../support/legacy-user.ts";
import { aClient, aCompletion, aLookUp, aSignIn } from "../support/services.ts";
import { aSignInSetting } from "../support/sign-in-setting.ts";
import { aKms, vaultIn } from "../support/vault.ts";

/** Where an event is when its time ends: at its n-th call of another system, before or after that has done its part. */
interface Instant {
  readonly call: number;
  readonly done: boolean;
}

const over = new MigrationError("DEADLINE_EXCEEDED", "no answer in time");
// Long enough for a stand-in in this process to do what it was told; nothing is decided by it.
const workMs = 30;

/** All systems of an event, each call of which may be the one at which the deadline passes. */
async function aSetting(imported: boolean) {
  let calls = 0;
  let at: Instant | undefined;
  let end: () => void = () => undefined;
  const setting = await aSignInSetting();
  const { kms, key, client } = await aKms();
  const vault = vaultIn(setting, key());
  if (imported) await vault.importUser(aLegacyUser());

  /** Whether this call is the one, which then ends the event's time in a moment. */
  const isLast = (): boolean => {
    calls += 1;
    if (calls !== at?.call) return false;
    setTimeout(end, workMs);
    return true;
  };
  const watch = (stack: typeof setting.client.middlewareStack | typeof client.middlewareStack, plan: FaultPlan) => {
    (stack as typeof setting.client.middlewareStack).add(
      (next, context) => (args) => {
        const operation = String(context.commandName).replace(/Command$/, "");
        if (isLast()) plan.queue(operation, { kind: at?.done === true ? "stall" : "hang" });
        return next(args);
      },
      { step: "initialize", name: "deadline" },
    );
  };
  watch(setting.client.middlewareStack, setting.local.faults);
  watch(client.middlewareStack, kms.faults);

  const source: LegacySource = {
    ...setting.source,
    find: (by, signal) =>
      isLast()
        ? new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }))
        : (setting.source.find?.(by, signal) ?? expect.unreachable("no find")),
  };
  const { check, decoy } = setting.services.passwords;
  // A hash takes its time on this processor: the deadline is over when it is done.
  const passwords = {
    decoy,
    check: async (...given: Parameters<typeof check>) => {
      if (isLast()) {
        end();
        given[2].signal.throwIfAborted();
      }
      return check(...given);
    },
  };
  const cache = openLegacyCache({ keepSeconds: 60, perMinute: 100, entries: 10 }, () => new Date());
  const services = {
    ...setting.services,
    sources: [source],
    passwords,
    vault: vault.vault,
    cache,
    federated: "link",
  } as const;

  return {
    ...setting,
    services,
    legacyCheck: { sources: [source], cache },
    calls: () => calls,
    /** Runs an event whose time ends at this instant. */
    async until(instant: Instant | undefined, event: (deadline: ReturnType<typeof aDeadline>) => Promise<unknown>) {
      calls = 0;
      at = instant;
      const controller = new AbortController();
      const deadline = openDeadline(60_000);
      onTestFinished(() => deadline.clear());
      end = () => controller.abort(over);
      const answer = await event({ ...deadline, signal: controller.signal }).then(
        (value) => ({ kind: "answer", value }) as const,
        (error: unknown) => ({ kind: "fault", error }) as const,
      );
      at = undefined;
      return answer;
    },
    /** All that anybody can see afterwards. */
    async state() {
      const rows = (await setting.rows()).map(({ since: _, ...row }) => row);
      const items = await setting.items();
      const audits = items.flatMap(({ pk, sk, event }) =>
        // The history's own name is random.
        pk?.S?.startsWith("audit#") ? [`${sk?.S} ${event?.S}`] : [],
      );
      const sealed = items.filter(({ pk }) => pk?.S?.startsWith("vault#")).length;
      return {
        rows,
        pointers: await setting.pointers(),
        counts: await setting.counts(),
        audits: audits.sort(),
        sealed,
      };
    },
  };
}

type Setting = Awaited<ReturnType<typeof aSetting>>;
type AnEvent = (setting: Setting, deadline: ReturnType<typeof aDeadline>) => Promise<unknown>;

const come: AnEvent = ({ services }, deadline) => signIn(aSignIn("ann"), services, deadline);
const forget: AnEvent = ({ services }, deadline) => lookUp(aLookUp("ann@example.com"), services, deadline);
const prove: AnEvent = ({ services }, deadline) =>
  complete(aCompletion({ sub: "sub", legacyId: "1" }), services, deadline);
const gate: AnEvent = ({ services, legacyCheck }, deadline) => {
  const user = { username: "ann", id: `${aClient.pool}#sub`, legacyId: "1", email: "ann@example.com" };
  const known = { ...user, emailVerified: true, phoneVerified: false };
  return passGate({ kind: "gate", user: known, known: true }, { ...services, legacyCheck }, deadline);
};
const signUp =
  (by: "person" | "federation"): AnEvent =>
  ({ services }, deadline) => {
    const identifiers = { usernames: ["nobody"], email: "ann@example.com", emailVerified: true, phoneVerified: false };
    const request = { kind: "sign-up", identifiers, by, platformId: `${aClient.pool}#Google_1` } as const;
    return guardSignUp(request, services, deadline);
  };

const events: readonly (readonly [string, boolean, readonly AnEvent[], AnEvent, object])[] = [
  ["a first sign-in", false, [], come, { kind: "verified" }],
  ["a sign-in that comes again", false, [come], come, { kind: "verified" }],
  ["a first sign-in from the vault", true, [], come, { kind: "verified" }],
  ["a forgotten password", false, [], forget, { kind: "found" }],
  ["a forgotten password in the vault", true, [], forget, { kind: "found" }],
  ["a proof", false, [come], prove, { kind: "allowed" }],
  ["a proof after the vault", true, [come], prove, { kind: "allowed" }],
  ["the gate, with the live check", false, [come, prove], gate, { kind: "allowed" }],
  ["a person's sign-up", false, [], signUp("person"), { kind: "denied", reason: "taken" }],
  ["a sign-up that is linked", false, [], signUp("federation"), { kind: "allowed" }],
];

describe("an event whose time ends at any of its calls", () => {
  it.each(events)(
    "is a fault at once, and ends right when it comes again: %s",
    async (_, imported, before, event, right) => {
      const whole = await aSetting(imported);
      for (const one of before) await one(whole, aDeadline());
      const untouched = await whole.until(undefined, (deadline) => event(whole, deadline));
      const calls = whole.calls();
      expect(untouched).toMatchObject({ kind: "answer", value: right });
      const expected = await whole.state();
      expect(calls).toBeGreaterThan(0);

      for (let call = 1; call <= calls; call++) {
        for (const done of [false, true]) {
          const at = `call ${call} of ${calls}, ${done ? "done" : "not done"}`;
          const setting = await aSetting(imported);
          for (const one of before) await one(setting, aDeadline());
          const cut = await setting.until({ call, done }, (deadline) => event(setting, deadline));
          // Never an answer that says more than was known: nobody is let in, and nobody is told that the password is wrong.
          expect(cut, at).toEqual({ kind: "fault", error: over });
          const again = await setting.until(undefined, (deadline) => event(setting, deadline));
          expect(again, at).toMatchObject({ kind: "answer", value: right });
          expect(await setting.state(), at).toEqual(expected);
        }
      }
    },
  );

  it("lets nobody in by a wrong password, wherever the time before it ended", async () => {
    for (const done of [false, true]) {
      for (let call = 1; call <= 4; call++) {
        const setting = await aSetting(false);
        await setting.until({ call, done }, (deadline) => come(setting, deadline));
        const wrong = await signIn(aSignIn("ann", `${annsPassword}!`), setting.services, aDeadline());
        expect(wrong, `call ${call}`).toEqual({ kind: "denied", reason: "wrong-password" });
      }
    }
  });
});
