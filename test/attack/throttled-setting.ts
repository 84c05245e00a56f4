import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { openPasswordChecker, type PasswordChecker } from "../../lib/core/passwords.ts";
import { lookUp, signIn } from "../../lib/core/sign-in.ts";
import { defaultThrottle, type ThrottleLimits } from "../../lib/core/throttle.ts";
import type { LegacyUser } from "../../lib/core/user.ts";
import { pbkdf2 } from "../../lib/hashes/pbkdf2.ts";
import { openThrottle } from "../../lib/ledger/throttle.ts";
import { aDeadline } from "../support/deadline.ts";
import { storedHash } from "../support/legacy-user.ts";
import { aBudget, aLookUp, aSignIn } from "../support/services.ts";
import { aSignInSetting } from "../support/sign-in-setting.ts";

export const second = 1000;
export const minute = 60 * second;

/** Environments of one deployment that count attempts in one table, with a clock that the test moves. */
export async function aThrottledSetting(users?: readonly LegacyUser[], limits: Partial<ThrottleLimits> = {}) {
  const work: string[] = [];
  const clock = { ms: Date.parse("2026-11-27T12:00:00Z") };
  const setting = await aSignInSetting(users, { passwords: counting(work) });
  const opened: Date[] = [];
  const services = environment();

  /** What another environment has: it shares the table and the key. */
  function environment({ key }: { readonly key: string | undefined } = { key: "a key of the deployment's own" }) {
    const now = () => new Date(clock.ms);
    const { table, client } = setting;
    const onOpen = (until: Date) => opened.push(until);
    const throttle = openThrottle({ table, client, key, now, onOpen, limits: { ...defaultThrottle, ...limits } });
    return { ...setting.services, throttle, now };
  }

  /** As `environment`, with a table that is not there. */
  function environmentWithoutTable() {
    const { client } = setting;
    const limitsThere = { ...defaultThrottle, ...limits };
    const now = () => new Date(clock.ms);
    const throttle = openThrottle({
      table: "gone",
      client,
      key: "key",
      now,
      onOpen: () => undefined,
      limits: limitsThere,
    });
    return { ...setting.services, throttle, now };
  }

  /** Leaves a kind of item without what is read of it. */
  async function spoil(kind: "attempt" | "circuit"): Promise<void> {
    for (const { pk, sk } of await items(kind)) {
      if (pk === undefined || sk === undefined) continue;
      await setting.client.send(new PutItemCommand({ TableName: setting.table, Item: { pk, sk } }));
    }
  }

  async function items(kind: "attempt" | "circuit") {
    return (await setting.items()).filter((item) => item.pk?.S?.startsWith(`${kind}#`));
  }

  return {
    ...setting,
    work,
    environmentWithoutTable,
    spoil,
    services,
    clock,
    opened,
    environment,
    signIn: (identifier: string, password: string, at = services) =>
      signIn(aSignIn(identifier, password), at, aDeadline()),
    lookUp: (identifier: string, at = services) => lookUp(aLookUp(identifier), at, aDeadline()),
    items,
  };
}

// A decoy as cheap as the users' own hashes: hundreds of attempts are made.
const cheap = { ...pbkdf2(), decoy: { encoded: storedHash("decoy") } };

/** Checks passwords, and writes down which work was done for them. */
function counting(work: string[]): PasswordChecker {
  const checker = openPasswordChecker([cheap], aBudget);
  return {
    check: (...given) => {
      work.push("check");
      return checker.check(...given);
    },
    decoy: (...given) => {
      work.push("decoy");
      return checker.decoy(...given);
    },
  };
}
