import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { bcrypt as hashBcrypt } from "hash-wasm";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { kmsWrappingKey, openKms } from "../../lib/aws/kms.ts";
import { complete } from "../../lib/core/completion.ts";
import { openPasswordChecker } from "../../lib/core/passwords.ts";
import { signIn } from "../../lib/core/sign-in.ts";
import { argon2 } from "../../lib/hashes/argon2.ts";
import { bcrypt } from "../../lib/hashes/bcrypt.ts";
import { openVault } from "../../lib/ledger/vault.ts";
import { startKms } from "../../lib/local/kms/kms.ts";
import { aDeadline } from "../support/deadline.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { aSource } from "../support/legacy-source.ts";
import { aBudget, aCompletion, aSignIn, signInServices } from "../support/services.ts";
import { type Clone, openClone } from "./clone.ts";

const keyId = "alias/samekey";
const config = `
import { defineMigration } from "./lib/config/define-migration.ts";
import { kmsKey } from "./lib/config/kms-key.ts";
import { argon2 } from "./lib/hashes/argon2.ts";
import { bcrypt } from "./lib/hashes/bcrypt.ts";
import { custom } from "./lib/sources/custom.ts";
export default defineMigration({
  sources: [custom({ name: "shop", lookups: ["email"], find: () => { throw new Error("the legacy store is switched off"); } })],
  passwords: [bcrypt(), argon2()],
  userNames: "email",
  vault: { key: kmsKey("${keyId}") },
});
`;

let clone: Clone;
let stored: string;
beforeAll(async () => {
  clone = await openClone(config);
  const salt = new Uint8Array(16).fill(7);
  stored = await hashBcrypt({ password: "right one", salt, costFactor: 4, outputType: "encoded" });
});
afterAll(() => clone.remove());

const aLine = (id: string, more: object = {}) =>
  JSON.stringify({ user_id: id, email: `${id}@example.org`, email_verified: true, passwordHash: stored, ...more });

async function aPlace() {
  const bench = await anEmbeddedLedger();
  const kms = await startKms({ keys: [keyId] });
  const folder = await mkdtemp(join(tmpdir(), "samekey-import-test-"));
  onTestFinished(async () => {
    await kms.stop();
    await rm(folder, { recursive: true });
  });
  const file = join(folder, "users.json");
  const endpoints = { AWS_ENDPOINT_URL_DYNAMODB: bench.local.endpoint, AWS_ENDPOINT_URL_KMS: kms.endpoint };
  const env = { ...endpoints, AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  const place = ["--table", bench.table];
  const run = (...args: readonly string[]) => clone.samekey(["import", file, ...place, ...args], { env });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const key = kmsWrappingKey(keyId, () => openKms({ endpoint: kms.endpoint, region: "us-east-1", credentials }));
  const vault = openVault({ table: bench.table, client: bench.client, key });
  const off = aSource([], { name: "shop" }).source;
  const services = signInServices(
    { ledger: bench.ledger, sources: [off] },
    { vault, userNames: "email", passwords: openPasswordChecker([bcrypt(), argon2()], aBudget) },
  );
  const enter = (email: string, password: string) => signIn(aSignIn(email, password), services, aDeadline());
  const write = (lines: readonly string[]) => writeFile(file, `${lines.join("\n")}\n`);
  return { ...bench, kms, folder, file, env, place, run, enter, write };
}

describe("samekey import", () => {
  it("says with --dry-run what would happen, values masked, and writes nothing", async () => {
    const { run, write, items, folder } = await aPlace();
    await write([aLine("ann"), aLine("bob", { passwordHash: "$2b$31$" }), aLine("ann"), "no json", aLine("cleo")]);
    const { code, out } = await run("--dry-run");
    expect(out).toMatch(/5 records read\n +2 {2}would be created\n/);
    expect(out).toMatch(/3 {2}would be refused/);
    expect(out).toContain("bcrypt");
    expect(out).toMatch(/HASH_DAMAGED[^\n]*\n +line 2/);
    expect(out).toMatch(/stands in the file before\n +line 3/);
    expect(out).toContain("a••@e••.o••");
    expect(out).toMatch(/temporary file\s+\d+ KiB, for duplicates/);
    expect(out).not.toMatch(/ann@|\$2[aby]\$04/);
    expect(code).toBe(1);
    expect(await items()).toEqual([]);
    await expect(stat(join(folder, "users.refused.json"))).rejects.toThrow();
  });

  it("lets everybody in with the old password while the legacy store is off, and nobody with another one", async () => {
    const { run, write, enter, ledger, items } = await aPlace();
    await write([aLine("ann"), aLine("bob")]);
    expect(await run()).toMatchObject({ code: 0, out: expect.stringMatching(/2 {2}created/) });
    expect(JSON.stringify(await items())).not.toContain(stored.slice(0, 20));
    expect(await enter("ann@example.org", "wrong one")).toMatchObject({ kind: "denied", reason: "wrong-password" });
    expect(await enter("ann@example.org", "right one")).toMatchObject({ kind: "verified", user: { source: "shop" } });
    await complete(aCompletion({ sub: "s", legacyId: "ann" }), { ledger, now: () => new Date() }, aDeadline());
    const left = (await items()).filter((item) => item.pk?.S?.startsWith("vault#"));
    expect(left.map((item) => item.pk?.S)).toEqual(["vault#shop#bob"]);
  });

  it("changes nothing the second time, updates who has changed and has not come yet, and never touches who has", async () => {
    const { run, write, enter, rows } = await aPlace();
    await write([aLine("ann"), aLine("bob"), aLine("cleo")]);
    await run();
    const before = await rows();
    expect((await run()).out).toMatch(/3 {2}were there already, just so/);
    expect(await rows()).toEqual(before);
    await enter("ann@example.org", "right one");
    await write([aLine("ann", { name: "Ann" }), aLine("bob", { name: "Bob" }), aLine("cleo")]);
    const { out } = await run("--json");
    expect(JSON.parse(out)).toMatchObject({ read: 3, create: 0, update: 1, same: 1, kept: 1, refused: 0 });
    expect((await rows()).map(({ state }) => state)).toEqual(["verified", "imported", "imported"]);
  });

  it("keeps what it refused beside the file, for its owner alone, fit to be mended and run again", async () => {
    const { run, write, folder, file } = await aPlace();
    await write([aLine("ann"), aLine("bob", { email: undefined }), aLine("cleo", { passwordHash: "broken" })]);
    expect((await run()).code).toBe(1);
    const refused = join(folder, "users.refused.json");
    expect((await readFile(refused, "utf8")).split("\n").map((line) => line && JSON.parse(line).user_id)).toEqual([
      "bob",
      "cleo",
      "",
    ]);
    expect(await readFile(join(folder, "users.refused.txt"), "utf8")).toMatch(/^line 2: .*\nline 3: HASH_UNKNOWN/);
    expect((await stat(refused)).mode & 0o777).toBe(0o600);
    await writeFile(
      file,
      (await readFile(refused, "utf8")).replaceAll("broken", stored).replace("{", '{"email":"bob@example.org",'),
    );
    expect(await run()).toMatchObject({ code: 0, out: expect.stringMatching(/2 {2}created/) });
  });

  it("goes on where a killed run ended: everybody once, nobody twice", async () => {
    const { run, write, rows, counts, env, place, file } = await aPlace();
    const people = Array.from({ length: 300 }, (_, number) => `p${number}`);
    await write(people.map((id) => aLine(id)));
    const script = join(clone.folder, "lib/cli/samekey.ts");
    const child = spawn(process.execPath, [script, "import", file, ...place], {
      cwd: clone.folder,
      env: { PATH: process.env.PATH, HOME: clone.folder, ...env },
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    await expect.poll(async () => (await rows()).length, { timeout: 15_000, interval: 20 }).toBeGreaterThan(20);
    child.kill("SIGKILL");
    await ended;
    expect((await rows()).length).toBeLessThan(people.length);
    expect((await run()).code).toBe(0);
    expect((await rows()).map(({ legacyId }) => legacyId).sort()).toEqual(people.toSorted());
    expect(await counts()).toEqual({ imported: people.length });
  });

  it("ends with 3, and says so, when the vault's key does not answer", async () => {
    const { run, write, kms } = await aPlace();
    await write([aLine("ann")]);
    await kms.stop();
    const { code, err } = await run();
    expect(code).toBe(3);
    expect(err).toContain("VAULT_UNAVAILABLE");
    expect(err).toContain("run it again");
  });

  it("goes on behind what was settled, and writes none of it again", async () => {
    const { run, write, rows, counts, env, place, file, client, folder } = await aPlace();
    const people = Array.from({ length: 1100 }, (_, number) => `p${number}`);
    const lines = people.map((id, number) => (number % 100 === 50 ? `{"broken ${number}"` : aLine(id)));
    await write(lines);
    const script = join(clone.folder, "lib/cli/samekey.ts");
    const child = spawn(process.execPath, [script, "import", file, ...place], {
      cwd: clone.folder,
      env: { PATH: process.env.PATH, HOME: clone.folder, ...env },
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    await expect.poll(async () => (await rows()).length, { timeout: 20_000, interval: 20 }).toBeGreaterThan(520);
    child.kill("SIGKILL");
    await ended;
    const refusedBefore = await readFile(join(folder, "users.refused.txt"), "utf8");
    expect(refusedBefore).toContain("line 51: ");
    // Whoever is behind the checkpoint is not even looked at: a row that is spoilt there stays spoilt.
    const first = { pk: { S: "user#shop#p0" }, sk: { S: "user" } };
    await client.send(new DeleteItemCommand({ TableName: "ledger", Key: first }));
    const { code, out, err } = await run();
    expect(err).toMatch(/goes on behind record (500|1,000)/);
    expect(code).toBe(1);
    expect(out).toMatch(/1,100 records read/);
    expect(out).toMatch(/11 {2}refused/);
    expect((await rows()).some(({ legacyId }) => legacyId === "p0")).toBe(false);
    const reasons = (await readFile(join(folder, "users.refused.txt"), "utf8")).trimEnd().split("\n");
    expect(reasons.map((line) => Number(/^line (\d+):/.exec(line)?.[1]))).toEqual(
      Array.from({ length: 11 }, (_, index) => index * 100 + 51),
    );
    expect(await counts()).toEqual({ imported: 1089 });
    // The same file again: from the beginning, for it is over.
    expect((await run()).err).not.toContain("goes on");
    expect((await rows()).length).toBe(1089);
  }, 60_000);

  it("leaves an import alone that another process is at", async () => {
    const { run, write, env, place, file } = await aPlace();
    await write(Array.from({ length: 1500 }, (_, number) => aLine(`p${number}`)));
    const script = join(clone.folder, "lib/cli/samekey.ts");
    const child = spawn(process.execPath, [script, "import", file, ...place], {
      cwd: clone.folder,
      env: { PATH: process.env.PATH, HOME: clone.folder, NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk));
    await new Promise((resolve) => child.stderr.once("data", resolve));
    await expect.poll(async () => (await run()).err, { timeout: 10_000 }).toContain("another run of this import");
    child.kill("SIGTERM");
    expect(await ended).toBe(3);
    const settled = /([\d,]+) records read/.exec(out)?.[1];
    expect(settled).not.toBe("1,500");
    expect((await run()).out).toMatch(/1,500 records read/);
  }, 60_000);

  it.each([
    ["no file", [], 2, "Usage"],
    ["a source that is none", ["x.json", "--source", "crm"], 2, "--source crm: migration.config.ts has shop"],
    ["a source that cannot list", ["--from", "shop"], 2, "--from shop: this source cannot list its users"],
    ["a word that is none", ["x.json", "--existing", "merge"], 2, "--existing merge: allowed are update, keep."],
    ["hashes to no pool", ["x.json", "--hashes", "platform"], 2, "--log-role is missing"],
    ["a rate over the pool's", ["x.json", "--per-second", "5000"], 2, "whole numbers from 1 to 100"],
    ["a pool that is none", ["x.json", "--user-pool-id", "mine"], 2, '"mine" is no user pool'],
  ] as const)("refuses %s", async (_, args, code, text) => {
    const ended = await clone.samekey(["import", ...args]);
    expect(ended.code).toBe(code);
    expect(`${ended.err}`).toContain(text === "Usage" ? "npm run samekey -- import FILE" : text);
  });
});
