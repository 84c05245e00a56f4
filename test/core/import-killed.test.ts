import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { MigrationError } from "../../lib/core/errors.ts";
import { aMapped, anImport } from "../support/import-setting.ts";
import { storedHash } from "../support/legacy-user.ts";

interface Instant {
  readonly call: number;
  /** Whether that call still reaches the other side. */
  readonly sent: boolean;
}

/** Ends a process at one of its calls, to whatever service: no later one is made. */
function killAt(
  { call, sent }: Instant,
  clients: readonly DynamoDBClient[],
): { readonly calls: () => number; revive(): void } {
  let calls = 0;
  let dead = false;
  let alive = false;
  for (const { middlewareStack } of clients) {
    middlewareStack.add(
      (next) => async (args) => {
        if (alive) return next(args);
        calls += 1;
        if (dead || (calls === call && !sent)) throw killed();
        if (calls !== call) return next(args);
        dead = true;
        await next(args).catch(() => undefined);
        throw killed();
      },
      { step: "initialize", name: "kill" },
    );
  }
  const killed = () => {
    dead = true;
    return new MigrationError("LEDGER_UNAVAILABLE", "the process is no more");
  };
  return {
    calls: () => calls,
    revive: () => {
      alive = true;
    },
  };
}

const hashed = { ...aMapped(), plaintext: undefined, password: { encoded: storedHash("Old password 1") } };
const config = { imports: { groups: true, identities: {} } };

const users = [
  ["a password that the pool takes", { ...aMapped(), totp: "JBSWY3DPEHPK3PXP" }, {}],
  ["a disabled user", { ...aMapped(), enabled: false }, {}],
  ["a password below the policy", { ...aMapped(), plaintext: "short" }, {}],
  ["a stored password", hashed, {}],
  ["a password that nobody knows", { ...aMapped(), plaintext: undefined }, { withoutPassword: "create" }],
  ["a password to be changed", aMapped(), { passwords: "reset" }],
] as const;

describe("an import that is killed at any of its calls, and run again", () => {
  it.each(users)("ends as one that was not: %s", async (_, user, options) => {
    const whole = await anImport({ config, options });
    const untouched = killAt({ call: Number.POSITIVE_INFINITY, sent: true }, [whole.client, whole.users.sdk as never]);
    await whole.run([user]);
    untouched.revive();
    const expected = await stateOf(whole);
    const calls = untouched.calls();
    expect(calls).toBeGreaterThan(1);

    for (let call = 1; call <= calls; call++) {
      for (const sent of [false, true]) {
        const setting = await anImport({ config, options });
        const { revive } = killAt({ call, sent }, [setting.client, setting.users.sdk as never]);
        await expect(setting.run([user])).rejects.toThrow();
        revive();
        await setting.run([user]);
        expect(await stateOf(setting), `killed at call ${call}, ${sent ? "sent" : "not sent"}`).toEqual(expected);
      }
    }
  });
});

/** All that anybody can see of the user afterwards. */
async function stateOf({ users: pool, userOf, rowOf, sealed, counts }: Awaited<ReturnType<typeof anImport>>) {
  const row = await rowOf("ann");
  const found = await userOf("ann@example.com");
  const signIns = await Promise.all(["Old password 1", "short"].map((one) => pool.signIn("ann@example.com", one)));
  return {
    state: row?.state,
    vaulted: row?.vaulted,
    known: row?.platformId === `${pool.poolId}#${found?.UserAttributes?.find(({ Name }) => Name === "sub")?.Value}`,
    status: found?.UserStatus,
    enabled: found?.Enabled,
    sealed: [...(await sealed())].sort(),
    counts: await counts(),
    signIns,
  };
}
