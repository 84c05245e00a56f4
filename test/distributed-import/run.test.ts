import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bcrypt as hashBcrypt } from "hash-wasm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ReasonGroup, Tally } from "../../lib/core/import-tally.ts";
import type { ImportedUser } from "../../lib/core/imported-user.ts";
import { splitImport } from "../../lib/distributed-import/split-import.ts";
import { createPool } from "../../lib/local/run/pool.ts";
import { type Clone, openClone } from "../cli/clone.ts";
import { countRows, ledgerIn } from "../support/ledger.ts";
import type { Json, TaskFailure } from "../support/state-machine.ts";
import { type ImportBed, keyId, openImportBed } from "./bed.ts";

const detail = {
  by: "api",
  source: "shop",
  name: "users.csv",
  format: "",
  existing: "update",
  passwords: "keep",
  withoutPassword: "wait",
};
const header = "id,email,email_verified,enabled,password_hash,password";

let bed: ImportBed;
let clone: Clone;
let folder: string;
const stored = await hashBcrypt({
  password: "old password",
  salt: new Uint8Array(16).fill(7),
  costFactor: 4,
  outputType: "encoded",
});

// Passwords that no pool takes are hashed: where that goes wrong is where a batch does.
const config = (flags: string) => `
import { existsSync, writeFileSync } from "node:fs";
import { defineMigration } from "./lib/config/define-migration.ts";
import { kmsKey } from "./lib/config/kms-key.ts";
import { MigrationError } from "./lib/core/errors.ts";
import { argon2 } from "./lib/hashes/argon2.ts";
import { bcrypt } from "./lib/hashes/bcrypt.ts";
import { custom } from "./lib/sources/custom.ts";
const usual = argon2();
const first = (what) => {
  const flag = ${JSON.stringify(flags)} + "/" + what;
  if (existsSync(flag)) return false;
  writeFileSync(flag, "");
  return true;
};
const hash = async (password) => {
  const text = password.revealText();
  if (text === "poison") throw new MigrationError("CONFIG_INVALID", "a batch that nothing mends");
  if (text === "dies" && first("dies")) process.kill(process.pid, "SIGKILL");
  if (text === "busy" && first("busy")) throw new MigrationError("VAULT_UNAVAILABLE", "the key is throttled");
  return usual.hash(password);
};
export default defineMigration({
  sources: [custom({ name: "shop", lookups: ["email"], find: () => { throw new Error("the legacy store is switched off"); } })],
  passwords: [bcrypt(), { ...usual, hash }],
  userNames: "email",
  vault: { key: kmsKey("${keyId}") },
});
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "samekey-run-"));
  bed = await openImportBed(config(folder));
  clone = await openClone(config(folder));
}, 120_000);
afterAll(async () => {
  await bed?.close();
  await clone?.remove();
  await rm(folder, { recursive: true });
});

interface Row {
  readonly password?: string;
  readonly hash?: string;
}
const aRow = (id: string, { password = "", hash = password === "" ? stored : "" }: Row = {}) =>
  `${id},${id}@example.org,true,true,${hash},${password}`;
const people = (name: string, count: number) => Array.from({ length: count }, (_, number) => aRow(`${name}${number}`));

/** What was counted, whatever the order in which equally frequent reasons were met; masked examples are left out. */
function counted({ examples: _, reasons, doubts, ...tally }: Tally) {
  const sorted = (groups: readonly ReasonGroup[]) => groups.toSorted((a, b) => (a.reason < b.reason ? -1 : 1));
  return { ...tally, reasons: sorted(reasons), doubts: sorted(doubts) };
}

describe("an import past one machine", () => {
  const rows = [
    ...people("user", 1200),
    "user1200,only,four,fields",
    aRow("placed1", { password: "Right-pass-1" }),
    aRow("short1", { password: "tiny" }),
    aRow("user3"),
    aRow("damaged", { hash: "$2b$04$short" }),
    "nobody,nobody@example.org,true,,,",
    ...people("more", 900),
    aRow("more7"),
    "broken,\u00ff\u00fe@example.org,true,true,x,",
    aRow("last"),
  ];
  // \u00ff and \u00fe are single bytes here, which are no UTF-8.
  const file = Buffer.from(`${header}\n${rows.join("\n")}\n`, "latin1");
  const wrong = ["user1200,only,four,fields", aRow("user3"), aRow("damaged", { hash: "$2b$04$short" })];
  wrong.push("nobody,nobody@example.org,true,,,", aRow("more7"), rows.at(-2) ?? "");

  test("brings every record into one count, as the command does, and everybody in with the old password", async () => {
    const id = await bed.upload(file, detail);
    const { status, run, path, atOnce } = await bed.execute(id);
    expect(status, String(run?.detail.fault)).toBe("SUCCEEDED");
    expect(path.filter((state) => state === "Import.ImportBatch")).toHaveLength(5);
    expect(atOnce).toBe(4);
    expect(run).toMatchObject({ state: "finished", settled: rows.length });
    expect(run?.tally).toMatchObject({ read: rows.length, create: rows.length - wrong.length, refused: wrong.length });

    expect(await bed.objects.keys()).toEqual([`refused/${id}/reasons.txt`, `refused/${id}/records`]);
    expect(await bed.objects.text(`refused/${id}/records`)).toBe(`${[header, ...wrong].join("\n")}\n`);
    const reasons = (await bed.objects.text(`refused/${id}/reasons.txt`)).split("\n");
    expect(reasons.map((line) => line.slice(0, 12))).toEqual([
      "line 1202: 4",
      "line 1205: a",
      "line 1206: H",
      "line 1207: c",
      "line 2108: a",
      "line 2109: b",
      "",
    ]);
    expect(countRows(await bed.rows())).toEqual({ imported: rows.length - wrong.length - 1, migrated: 1 });
    expect(await bed.counts()).toEqual(countRows(await bed.rows()));

    for (const [name, password] of [
      ["user0", "old password"],
      ["more899", "old password"],
      ["placed1", "Right-pass-1"],
      ["short1", "tiny"],
    ] as const) {
      expect(await bed.people.signIn(`${name}@example.org`, password), name).toEqual({ kind: "yes" });
    }
    expect(await bed.people.signIn("user1@example.org", "another")).toMatchObject({ kind: "no" });
    expect(bed.told.join("\n")).not.toMatch(/old password|Right-pass-1|\$2b\$|@example\.org/);

    // The command, with a ledger and a pool of its own.
    const own = await ledgerIn(bed.client, "command");
    const pool = await createPool(bed.cognito, "email", (name) => bed.lambda.arn(name));
    const path_ = join(folder, "users.csv");
    await writeFile(path_, file);
    const credentials = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
    const place = ["--table", own.table, "--user-pool-id", pool.poolId, "--per-second", "100"];
    const ran = await clone.samekey(["import", path_, ...place, "--json"], {
      env: { ...bed.endpoints, ...credentials },
    });
    expect(ran.code, ran.err).toBe(1);
    expect(counted(JSON.parse(ran.out))).toEqual(counted(run?.tally as Tally));
    const names = ["csv", "txt"].map((ending) => join(folder, `users.refused.${ending}`));
    const [records, texts] = await Promise.all(names.map((one) => readFile(one, "latin1")));
    expect(await bed.objects.text(`refused/${id}/records`)).toBe(records);
    expect(await bed.objects.text(`refused/${id}/reasons.txt`)).toBe(texts);
  }, 240_000);

  test("changes nothing the second time, and leaves those who have come as they are", async () => {
    const before = await bed.rows();
    const { run, status } = await bed.execute(await bed.upload(file, detail));
    expect(status).toBe("SUCCEEDED");
    expect(run?.tally).toMatchObject({ read: rows.length, create: 0, update: 0, kept: 4, refused: wrong.length });
    expect(run?.tally.same).toBe(rows.length - wrong.length - 4);
    expect(await bed.rows()).toEqual(before);
  }, 120_000);
});

describe("an upload", () => {
  test("that is told twice is imported once, and an execution that is not the import's ends quietly", async () => {
    const id = await bed.upload(`${header}\n${aRow("twice")}\n`, detail);
    const [a, b] = await Promise.all([bed.execute(id), bed.execute(id)]);
    expect([a, b].map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
    expect([a, b].filter(({ path }) => path.includes("NotOurs"))).toHaveLength(1);
    expect((await bed.runs.read(id, AbortSignal.timeout(5000)))?.tally).toMatchObject({ read: 1, create: 1 });
    expect((await bed.execute(id)).path).toEqual(["Begin", "Split", "IsWhole", "NotOurs"]);
  });

  test("without a user in it that could be imported comes to its end without a batch", async () => {
    const { run, path } = await bed.execute(await bed.upload(`${header}\nx,y\n`, detail));
    expect(path).not.toContain("Import");
    expect(run).toMatchObject({ state: "finished", tally: { read: 1, refused: 1 } });
  });

  test("that no reader knows fails, and its item says why", async () => {
    const id = await bed.upload("nothing of the kind", { ...detail, name: "users.bin" });
    const { run, status, error } = await bed.execute(id);
    expect({ status, error }).toEqual({ status: "FAILED", error: "ImportPoison" });
    expect(run).toMatchObject({ state: "failed", detail: { fault: expect.stringMatching(/^IMPORT_UNREADABLE: /) } });
    expect(await bed.objects.keys(`uploads/${id}`)).toEqual([]);
  });
});

describe("a batch", () => {
  test("whose worker is killed in the midst of it, or is told to wait, is done again, and nobody is there twice", async () => {
    const rows = [...people("killed", 100), aRow("k1", { password: "dies" }), ...people("waiting", 100)];
    rows.push(aRow("k2", { password: "busy" }));
    const errors: string[] = [];
    const { run, status } = await bed.execute(
      await bed.upload(`${header}\n${rows.join("\n")}\n`, detail),
      undefined,
      async (_, go) =>
        go().catch((error: TaskFailure) => {
          errors.push(error.error);
          throw error;
        }),
    );
    expect(status).toBe("SUCCEEDED");
    expect(errors).toEqual(["Runtime.ExitError", "ImportBusy"]);
    expect(run).toMatchObject({ state: "finished", tally: { read: rows.length, refused: 0 } });
    const there = (await bed.rows()).filter(({ legacyId }) => /^(?:killed|waiting|k[12])/.test(legacyId));
    expect(there).toHaveLength(rows.length);
    expect(new Set(there.map(({ version }) => version))).toEqual(new Set([1]));
    expect(await bed.counts()).toEqual(countRows(await bed.rows()));
  }, 60_000);

  test("that always fails is told, also behind a split in two calls: its records are refused with the code, and the rest is there", async () => {
    const rows = people("rest", 10_500);
    let calls = 0;
    rows[20] = aRow("rest20", { password: "poison" });
    const id = await bed.upload(`${header}\n${rows.join("\n")}\n`, detail);
    // Twenty-one batches of which one fails are fewer than five in a hundred; they are answered for here, but for the one.
    const { run, status, path } = await bed.execute(id, undefined, async ({ name, payload }, go) => {
      const { key } = payload as { readonly key: string };
      if (name === "split-import") {
        // Its first call has time for 6,000 records alone.
        let left = ++calls === 1 ? 6000 : rows.length + 1;
        const time = { signal: AbortSignal.timeout(30_000), isLate: () => --left < 0 };
        const { store } = bed.objects;
        const names = ({ id }: ImportedUser) => [id];
        const split = { store, runs: bed.runs, sources: ["shop"], names, now: () => new Date() };
        return (await splitImport(payload, time, split)) as unknown as Json;
      }
      if (name !== "import-batch" || key.endsWith("batch-000001.json")) return go();
      const result = key.replace("work/", "results/");
      const { records } = JSON.parse(await bed.objects.text(key));
      await bed.objects.put(
        result,
        JSON.stringify({ tally: { ...nobody, read: records.length, same: records.length }, refused: [] }),
      );
      return { read: records.length, refused: 0 };
    });
    expect(status).toBe("SUCCEEDED");
    expect(path.slice(0, 6)).toEqual(["Begin", "Split", "IsWhole", "Split", "IsWhole", "Import"]);
    expect(path.filter((state) => state === "Import.TellBatch")).toHaveLength(1);
    expect(run).toMatchObject({ state: "finished", tally: { read: 10_500, same: 10_000, refused: 500 } });
    expect(run?.tally.reasons).toMatchObject([
      { reason: "the batch could not be imported: CONFIG_INVALID", count: 500 },
    ]);
    expect(await bed.objects.text(`refused/${id}/records`)).toBe(`${[header, ...rows.slice(0, 500)].join("\n")}\n`);
  }, 120_000);

  test("that fails with too many others ends the import as failed, with every record told", async () => {
    const rows = [...people("gone", 600), aRow("g", { password: "poison" })];
    const id = await bed.upload(`${header}\n${rows.join("\n")}\n`, detail);
    const { run, status, error } = await bed.execute(id);
    expect({ status, error }).toEqual({ status: "FAILED", error: "States.ExceedToleratedFailureThreshold" });
    expect(run).toMatchObject({ state: "failed", settled: 601, tally: { read: 601, create: 500, refused: 101 } });
    expect(await bed.objects.keys(id)).toEqual([]);
  }, 60_000);
});

const nobody = {
  create: 0,
  update: 0,
  kept: 0,
  refused: 0,
  pending: 0,
  ways: {},
  work: { placed: 0, hashed: 0 },
  keptStates: {},
  reasons: [],
  doubts: [],
  examples: [],
};
