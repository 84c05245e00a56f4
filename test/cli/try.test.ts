import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AdminCreateUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { localEnvironmentFile, writeLocalEnvironment } from "../../lib/cli/local-environment.ts";
import { recordFile } from "../../lib/wiring/record.ts";
import { type Bench, openBench, type PoolInput } from "../local/user-pool/support.ts";
import { type Clone, openClone } from "./clone.ts";

const config = `
import { defineMigration } from "./lib/config/define-migration.ts";
import { customPassword } from "./lib/hashes/custom-password.ts";
import { custom } from "./lib/sources/custom.ts";

const password = { format: "house", encoded: "x" };
const user = (id, more) => ({ id, username: "u" + id, enabled: true, password, attributes: more });
const users = {
  "ada@example.org": user(1, { email: "ada@example.org", email_verified: true }),
  "bob@example.org": user(2, { email: "bob@example.org", phone_number: "0170 123", plan: "gold" }),
};

export default defineMigration({
  sources: [
    custom({ name: "house", lookups: ["email"], find: (by) => users[by.canonical] }),
    custom({
      name: "remote",
      lookups: ["email"],
      authenticate: (by, typed) =>
        by.canonical === "eve@example.org" && typed === "old pass"
          ? { kind: "match", user: user(9, { email: "eve@example.org", plan: "gold" }) }
          : { kind: "denied", reason: "unknown-user" },
    }),
  ],
  passwords: [customPassword({ name: "house", verify: (typed) => typed === "old pass" || typed === "weak" })],
  userNames: "email",
  forgotPassword: "refuse",
  weakPassword: (typed) => typed === "weak",
});
`;

const wired: PoolInput = {
  UsernameAttributes: ["email"],
  UsernameConfiguration: { CaseSensitive: false },
  LambdaConfig: { UserMigration: "migration" },
  Schema: [{ Name: "legacy_id", AttributeDataType: "String", Mutable: false }],
};

let clone: Clone;
beforeAll(async () => {
  clone = await openClone(config);
});
afterAll(() => clone.remove());

const records: string[] = [];
afterEach(async () => {
  for (const file of records.splice(0)) await rm(file);
});

const credentials = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };

/** Runs `try` with AWS's own variables leading to the simulator. */
function tryWith({ server }: Pick<Bench, "server">, args: readonly string[], password?: string) {
  const env = { ...credentials, AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: server.endpoint };
  const rest = password === undefined ? ["--no-password"] : [];
  return clone.samekey(["try", ...args, ...rest], {
    env,
    ...(password === undefined ? {} : { input: `${password}\n` }),
  });
}

async function keepRecord(userPoolId: string): Promise<void> {
  const file = recordFile(join(clone.folder, ".samekey"), userPoolId);
  await writeFile(file, "{}");
  records.push(file);
}

/** The calls that the simulator got since the pool and its client were made. */
function calls({ told }: Bench): readonly string[] {
  const requests = told.flatMap((one) => (one.kind === "request" ? [one.action] : []));
  return requests.filter((action) => !action.startsWith("Create"));
}

describe("samekey try, at a pool", () => {
  it("says which rules the user would break, and ends with 1", async () => {
    const bench = await openBench({ pool: wired });
    const { code, out } = await tryWith(bench, ["bob@example.org", "--user-pool-id", bench.poolId], "old pass");
    expect(code, out).toBe(1);
    expect(out).toMatch(/STOP {2}custom:plan +It is not in the pool's schema/);
    expect(out).toMatch(/STOP {2}phone_number +It has to be in E\.164/);
    expect(out).toMatch(/warn {2}recovery +/);
    expect(out).toMatch(/The password is right\.[\s\S]*warn {2}password +It is below the pool's policy/);
    expect(out).toContain("✗ This user cannot move as things are");
    expect(out).not.toContain("old pass");
    expect(calls(bench)).toEqual(["DescribeUserPool"]);
  });

  it("says that no rule is broken, and ends with 0", async () => {
    const bench = await openBench({ pool: wired });
    const { code, out } = await tryWith(bench, ["Ada@Example.org", "--user-pool-id", bench.poolId]);
    expect(out).toContain("✓ The pool takes this user: no rule of it is broken.");
    expect(out).not.toMatch(/STOP|warn/);
    expect(code).toBe(0);
  });

  it("checks a user whom only the password makes known", async () => {
    const bench = await openBench({ pool: wired });
    const { code, out } = await tryWith(bench, ["eve@example.org", "--user-pool-id", bench.poolId], "old pass");
    expect(out).toMatch(/The password is right\.[\s\S]*remote\/9[\s\S]*STOP {2}custom:plan/);
    expect(code).toBe(1);
  });

  it("tells what a weak password and a wrong one do", async () => {
    const bench = await openBench({ pool: wired });
    const weak = await tryWith(bench, ["ada@example.org", "--user-pool-id", bench.poolId], "weak");
    expect(weak.out).toMatch(/warn {2}password +`weakPassword` calls it weak/);
    expect(weak.code).toBe(0);
    const wrong = await tryWith(bench, ["ada@example.org", "--user-pool-id", bench.poolId], "wrong");
    expect(wrong.out).toMatch(/The password is wrong\./);
    expect(wrong.code).toBe(1);
  });

  it("says that the config names users otherwise than the pool", async () => {
    const bench = await openBench({ pool: { AliasAttributes: ["email"] } });
    const { code, out } = await tryWith(bench, ["ada@example.org", "--user-pool-id", bench.poolId]);
    expect(out).toMatch(/STOP {2}user names +migration\.config\.ts has userNames: "email", this pool is "alias"/);
    expect(out).toMatch(/STOP {2}case +/);
    expect(code).toBe(1);
  });

  it("asks who has the names only with --taken", async () => {
    const bench = await openBench({ pool: wired });
    const { poolId: UserPoolId } = bench;
    await bench.sdk.send(new AdminCreateUserCommand({ UserPoolId, Username: "ada@example.org" }));
    bench.told.length = 0;
    const unasked = await tryWith(bench, ["ada@example.org", "--user-pool-id", UserPoolId]);
    expect(unasked.code).toBe(0);
    const asked = await tryWith(bench, ["ada@example.org", "--taken", "--user-pool-id", UserPoolId]);
    expect(asked.out).toMatch(/STOP {2}email +It is another user's of the pool/);
    expect(asked.code).toBe(1);
    expect(calls(bench)).toEqual(["DescribeUserPool", "DescribeUserPool", "ListUsers"]);
  });
});

describe("samekey try, without --user-pool-id", () => {
  it("takes the pool that was wired from this folder", async () => {
    const bench = await openBench({ pool: wired });
    await keepRecord(bench.poolId);
    const { code, out } = await tryWith(bench, ["bob@example.org"]);
    expect(out).toContain(`rules of the user pool ${bench.poolId}`);
    expect(out).toMatch(/STOP {2}custom:plan/);
    expect(code).toBe(1);
  });

  it("goes on when that pool cannot be read, and says so", async () => {
    const bench = await openBench({ pool: wired });
    await keepRecord("eu-west-1_Gone");
    const { code, out } = await tryWith(bench, ["bob@example.org"]);
    expect(out).toContain(
      "The rules of the pool eu-west-1_Gone were not checked. CONFIG_INVALID: there is no user pool",
    );
    expect(out).toContain("custom:plan");
    expect(code).toBe(0);
  });

  it("takes none of several", async () => {
    const bench = await openBench({ pool: wired });
    await keepRecord("eu-west-1_One");
    await keepRecord("eu-west-1_Two");
    const { code, out } = await tryWith(bench, ["bob@example.org"]);
    expect(out).toContain("Several pools are wired (eu-west-1_One, eu-west-1_Two): --user-pool-id ID says");
    expect(code).toBe(0);
    expect(calls(bench)).toEqual([]);
  });

  it("says in one line how to have the rules checked", async () => {
    const { code, out } = await clone.samekey(["try", "ada@example.org"], { input: "old pass\n" });
    const lines = out.split("\n").filter((line) => line.includes("--user-pool-id"));
    expect(lines).toEqual([expect.stringContaining("--local those of a running npm start")]);
    expect(code).toBe(0);
  });

  it("takes the pool of a running npm start with --local, at its own address", async () => {
    const bench = await openBench({ pool: wired });
    await writeLocalEnvironment(clone.folder, {
      AWS_REGION: bench.server.region,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: bench.server.endpoint,
      SAMEKEY_USER_POOL_ID: bench.poolId,
      SAMEKEY_CLIENT_ID: bench.clientId,
    });
    records.push(join(clone.folder, localEnvironmentFile));
    const { code, out } = await clone.samekey(["try", "bob@example.org", "--local", "--no-password"]);
    expect(out).toContain(`rules of the user pool ${bench.poolId}`);
    expect(out).toMatch(/STOP {2}custom:plan/);
    expect(code).toBe(1);
  });
});

describe("samekey try, of a pool that it was told to take and cannot", () => {
  it.each([
    [["--user-pool-id", "nonsense"], 2, '"nonsense" is no user pool\'s id'],
    [["--user-pool-id", "eu-west-1_One", "--local"], 2, "name two pools"],
    [["--local"], 1, "npm start does not run"],
    [["--user-pool-id", "eu-west-1_Gone"], 1, "there is no user pool eu-west-1_Gone"],
  ])("%j ends with %i before the legacy store is asked", async (args, code, text) => {
    const bench = await openBench({ pool: wired });
    const ended = await tryWith(bench, ["ada@example.org", ...args]);
    expect(ended.err).toContain(text);
    expect(ended).toMatchObject({ code, out: "" });
  });

  it("shows in its help which permissions it takes", async () => {
    const { code, out } = await clone.samekey(["try", "--help"]);
    expect(out).toMatch(/DescribeUserPool[\s\S]*ListUsers/);
    expect(code).toBe(0);
  });
});
