import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  CreateUserPoolClientCommand,
  DescribeUserImportJobCommand,
  ListUserImportJobsCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { bcrypt as hashBcrypt } from "hash-wasm";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startKms } from "../../lib/local/kms/kms.ts";
import { openBench, type Setting } from "../local/user-pool/support.ts";
import { importPool } from "../support/import-setting.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { type Clone, openClone } from "./clone.ts";

const keyId = "alias/samekey";
const config = `
import { defineMigration } from "./lib/config/define-migration.ts";
import { kmsKey } from "./lib/config/kms-key.ts";
import { argon2 } from "./lib/hashes/argon2.ts";
import { bcrypt } from "./lib/hashes/bcrypt.ts";
import { phpass } from "./lib/hashes/phpass.ts";
import { custom } from "./lib/sources/custom.ts";
const user = (id: string) => ({ id, source: "shop", username: id, enabled: true, attributes: { email: id + "@example.com", email_verified: "true" } });
export default defineMigration({
  sources: [custom({
    name: "shop", lookups: ["email"], find: () => undefined,
    list: ({ after }) => after === undefined ? { users: [user("ann"), user("bob")], next: "1" } : { users: [user("cleo")] },
  })],
  passwords: [bcrypt(), phpass(), argon2()],
  userNames: "email",
  vault: { key: kmsKey("${keyId}") },
  imports: { groups: true },
});
`;

let clone: Clone;
let stored: string;
beforeAll(async () => {
  clone = await openClone(config);
  stored = await hashBcrypt({
    password: "Hashed password 1",
    salt: new Uint8Array(16).fill(7),
    costFactor: 4,
    outputType: "encoded",
  });
});
afterAll(() => clone.remove());

const role = ["--log-role", "arn:aws:iam::123456789012:role/import"];

async function aPlace(options: Setting["options"] = {}) {
  const bench = await anEmbeddedLedger();
  const users = await openBench({ pool: importPool, options: { importLooks: 1, ...options } });
  const kms = await startKms({ keys: [keyId] });
  const folder = await mkdtemp(join(tmpdir(), "samekey-import-test-"));
  onTestFinished(async () => {
    await kms.stop();
    await rm(folder, { recursive: true });
  });
  const file = join(folder, "users.ndjson");
  const env = {
    AWS_ENDPOINT_URL_DYNAMODB: bench.local.endpoint,
    AWS_ENDPOINT_URL_KMS: kms.endpoint,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: users.server.endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: users.server.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
  const place = ["--table", bench.table, "--user-pool-id", users.poolId];
  const run = (...args: readonly string[]) => clone.samekey(["import", ...args, ...place], { env });
  const write = (lines: readonly object[]) => writeFile(file, lines.map((one) => `${JSON.stringify(one)}\n`).join(""));
  const statusOf = async (name: string) =>
    users.sdk
      .send(new AdminGetUserCommand({ UserPoolId: users.poolId, Username: `${name}@example.com` }))
      .then(({ UserStatus }) => UserStatus)
      .catch(() => "absent");
  const states = async () => Object.fromEntries((await bench.rows()).map((row) => [row.legacyId, row.state]));
  return { ...bench, users, file, folder, env, place, run, write, statusOf, states };
}

const aPerson = (id: string, more: object = {}) => ({
  id,
  email: `${id}@example.com`,
  email_verified: true,
  enabled: true,
  ...more,
});

const everyKind = () => [
  aPerson("clear", { password: "Clear password 1" }),
  aPerson("short", { password: "short" }),
  aPerson("hash", { password_hash: stored }),
  aPerson("portable", { password_hash: "$P$B0123456789abcdefghijklmnopqrst" }),
  aPerson("none"),
];

describe("samekey import with a pool", () => {
  it("sends each user his way, and says so before and after", async () => {
    const { run, file, write, statusOf, states, users, folder } = await aPlace();
    await write(everyKind());
    const planned = await run(file, "--dry-run");
    expect(planned.out).toMatch(/5 {2}would be created/);
    expect(planned.out).toContain("in the clear, to the pool");
    expect(planned.out).toContain("bcrypt, in the vault");
    expect(planned.out).toMatch(/about \d+ s\n/);
    expect(planned.out).toMatch(/1 users made in the pool, 20 a second/);
    expect(await statusOf("clear")).toBe("absent");
    expect(await run(file)).toMatchObject({ code: 0, out: expect.stringMatching(/5 {2}created/) });
    expect(await states()).toEqual({
      clear: "migrated",
      short: "imported",
      hash: "imported",
      portable: "imported",
      none: "imported",
    });
    expect(await statusOf("clear")).toBe("CONFIRMED");
    expect(await statusOf("hash")).toBe("absent");
    expect(await users.signIn("clear@example.com", "Clear password 1")).toBe("tokens");
    await expect(readFile(join(folder, "users.refused.txt"))).rejects.toThrow();
  });

  it("gives the pool's own import the hashes that it takes, and keeps the rest", async () => {
    const { run, file, write, states, users, items } = await aPlace();
    await write([...everyKind(), aPerson("unverified", { email_verified: false, password_hash: stored })]);
    const { code, out, err } = await run(file, "--hashes", "platform", ...role);
    expect(err).toContain("job BCRYPT: Succeeded");
    expect(code).toBe(0);
    expect(out).toContain("BCRYPT, to the pool's own import");
    expect(await states()).toEqual({
      clear: "migrated",
      short: "imported",
      hash: "migrated",
      portable: "imported",
      none: "imported",
      unverified: "imported",
    });
    expect(await users.signIn("hash@example.com", "Hashed password 1")).toBe("tokens");
    expect((await items()).some((item) => item.pk?.S === "vault#shop#hash")).toBe(false);
    // Nothing is left to do, and nobody is given to a second job.
    const again = await run(file, "--hashes", "platform", ...role);
    expect(again.err).not.toContain("job BCRYPT");
    expect(again.out).toMatch(/2 {2}were further/);
  });

  it("keeps in the vault whom a job does not take", async () => {
    const { run, file, write, states, users } = await aPlace();
    // The pool has somebody of this name already, who is not the legacy user.
    await write([aPerson("hash", { password: "Somebody else 1" })]);
    await run(file, "--vault-only");
    await users.sdk.send(
      new AdminCreateUserCommand({
        UserPoolId: users.poolId,
        Username: "hash@example.com",
        MessageAction: "SUPPRESS",
      }),
    );
    await write([aPerson("hash", { password_hash: stored }), aPerson("other", { password_hash: stored })]);
    const { out } = await run(file, "--hashes", "platform", ...role);
    expect(out).toContain("the pool's own import did not take the user, who waits in the vault");
    expect(await states()).toEqual({ hash: "imported", other: "migrated" });
  });

  it("goes on with users whom a killed run had given to a job", async () => {
    const { run, file, write, states, users, env, place } = await aPlace({ importLooks: 60 });
    const names = Array.from({ length: 60 }, (_, number) => `p${number}`);
    await write(names.map((name) => aPerson(name, { password_hash: stored })));
    const args = ["import", file, ...place, "--hashes", "platform", ...role];
    const child = spawn(process.execPath, [join(clone.folder, "lib/cli/samekey.ts"), ...args], {
      cwd: clone.folder,
      env: { PATH: process.env.PATH, HOME: clone.folder, ...env },
      stdio: "ignore",
    });
    const listed = new ListUserImportJobsCommand({ UserPoolId: users.poolId, MaxResults: 1 });
    const job = async () => (await users.sdk.send(listed)).UserImportJobs?.[0];
    await expect.poll(async () => (await job())?.Status, { timeout: 15_000, interval: 200 }).toBe("InProgress");
    child.kill("SIGKILL");
    // Whoever is in a job waits for its end; a run without the pool leaves him alone.
    expect((await run(file, "--vault-only")).out).toMatch(/60 {2}were further/);
    expect(new Set(Object.values(await states()))).toEqual(new Set(["placing"]));
    const JobId = (await job())?.JobId ?? "";
    const look = new DescribeUserImportJobCommand({ UserPoolId: users.poolId, JobId });
    await expect
      .poll(async () => (await users.sdk.send(look)).UserImportJob?.Status, { interval: 5, timeout: 10_000 })
      .toBe("Succeeded");
    const { code, err } = await run(file, "--hashes", "platform", ...role);
    expect(code).toBe(0);
    expect(err).not.toContain("job BCRYPT");
    expect(new Set(Object.values(await states()))).toEqual(new Set(["migrated"]));
    expect(await users.signIn("p59@example.com", "Hashed password 1")).toBe("tokens");
  });

  it("tells machines how far it is", async () => {
    const { run, file, write } = await aPlace();
    await write(everyKind());
    const { out, err } = await run(file, "--json", "--hashes", "platform", ...role);
    expect(JSON.parse(out)).toMatchObject({
      read: 5,
      create: 5,
      refused: 0,
      pending: 0,
      work: { placed: 1, hashed: 1 },
    });
    const told = err.split("\n").filter((line) => line.startsWith("{"));
    expect(told.map((line) => Object.keys(JSON.parse(line))[0])).toContain("job");
  });

  it("imports from a source that lists", async () => {
    const { run, states } = await aPlace();
    expect(await run("--from", "shop")).toMatchObject({ code: 0, out: expect.stringMatching(/3 {2}created/) });
    expect(await states()).toEqual({ ann: "imported", bob: "imported", cleo: "imported" });
    expect((await run("--from", "shop")).out).toMatch(/3 {2}were there already/);
  });

  it("makes users without a password, where it is asked to", async () => {
    const { run, statusOf, users } = await aPlace();
    expect((await run("--from", "shop", "--without-password", "create")).code).toBe(0);
    expect(await statusOf("ann")).toBe("CONFIRMED");
    expect(users.codes).toEqual([]);
  });

  it("tries which hashes the pool takes", async () => {
    const { run, users } = await aPlace();
    const command = new CreateUserPoolClientCommand({
      UserPoolId: users.poolId,
      ClientName: "probe",
      ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
    });
    const clientId = (await users.sdk.send(command)).UserPoolClient?.ClientId ?? "";
    const { code, out } = await run("--probe", clientId, ...role);
    expect(out).toMatch(/BCRYPT +imported, and signed in/);
    expect(out).toMatch(/PBKDF2_SHA256 +imported, and signed in/);
    expect(code).toBe(0);
  });

  it("ends before anything is read where the pool is not wired", async () => {
    const { run, file, write, env } = await aPlace();
    const { Schema: _, ...unwired } = importPool;
    const other = await openBench({ pool: unwired });
    await write(everyKind());
    const ended = await clone.samekey(["import", file, "--user-pool-id", other.poolId, "--table", "ledger"], {
      env: { ...env, AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: other.server.endpoint },
    });
    expect(ended.code).toBe(2);
    expect(ended.err).toContain("custom:legacy_id");
    expect((await run(file, "--dry-run")).code).toBe(0);
  });
});
