import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bed, credentials, openBed } from "../import-api/bed.ts";
import { storedHash } from "../support/legacy-user.ts";

let bed: Bed;
let folder: string;
beforeAll(async () => {
  bed = await openBed();
  folder = await mkdtemp(join(tmpdir(), "samekey-example-"));
});
afterAll(async () => {
  await bed?.close();
  await rm(folder, { recursive: true });
});

const password = "Correct horse 1!";
const hash = storedHash(password);
const row = (id: number, more: object = {}) =>
  JSON.stringify({
    ...{ id, email: `person${id}@example.com`, email_confirmed: true, password_hash: hash, disabled: false },
    ...{ created_at: "2020-02-03 04:05:06Z", ...more },
  });

/** The script as a person runs it, with AWS settings in the environment. */
function runScript(...args: readonly string[]) {
  return new Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>((done) => {
    const child = spawn(process.execPath, [resolve("examples/import-users.ts"), ...args], {
      env: {
        PATH: process.env.PATH ?? "",
        HOME: folder,
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk));
    child.on("close", (code) => done({ code, out, err }));
  });
}

test("the example imports the rows of a file, tells the counts, and keeps the refused ones for their owner alone", async () => {
  const path = join(folder, "users.ndjson");
  const rows = [row(1), "", row(2, { password_hash: null }), row(3, { created_at: "yesterday" }), row(4)];
  await writeFile(path, `${rows.join("\r\n")}\r\n`);
  const { code, out, err } = await runScript(bed.api.endpoint, path, "us-east-1");
  expect(err).not.toContain("Error");
  expect(code).toBe(1);
  expect(JSON.parse(out.split("\n")[0] ?? "")).toEqual({ created: 3, updated: 0, unchanged: 0, kept: 0, refused: 1 });

  const refused = (await readFile(`${path}.refused`, "utf8")).trim().split("\n");
  expect(refused.map((line) => JSON.parse(line))).toMatchObject([
    { line: 3, reason: expect.stringContaining("`createdAt`"), user: { id: 3 } },
  ]);
  expect((await stat(`${path}.refused`)).mode & 0o777).toBe(0o600);
  expect(`${out}${err}`).not.toContain(hash);
  expect(await bed.people.signIn("person1@example.com", password)).toEqual({ kind: "yes" });

  // Run again it leaves alone who is there.
  await writeFile(path, `${[row(1), row(2, { password_hash: null }), row(4)].join("\n")}\n`);
  const again = await runScript(bed.api.endpoint, path, "us-east-1");
  expect([again.code, JSON.parse(again.out)]).toEqual([
    0,
    { created: 0, updated: 0, unchanged: 2, kept: 1, refused: 0 },
  ]);
});

test("the example says how it is called", async () => {
  expect(await runScript()).toMatchObject({ code: 2, err: expect.stringContaining("usage:") });
});
