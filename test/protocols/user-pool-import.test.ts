import { AdminGetUserCommand, StartUserImportJobCommand } from "@aws-sdk/client-cognito-identity-provider";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { MigrationError } from "../../lib/core/errors.ts";
import { type ImportJobsOptions, openImportJobs, type RowOutcome } from "../../lib/protocols/user-pool-import.ts";
import { readImportLog } from "../../lib/protocols/user-pool-import-log.ts";
import { type JobFile, openJobFile } from "../../lib/protocols/user-pool-job-file.ts";
import type { JobRow } from "../../lib/protocols/user-pool-job-row.ts";
import { uploadFile } from "../../lib/protocols/user-pool-upload.ts";
import { createJob, fileOf, logsFor, look, roleArn, runJob, upload } from "../local/user-pool/import-bench.ts";
import { addUser } from "../local/user-pool/people.ts";
import { type Bench, openBench, outcome, strong } from "../local/user-pool/support.ts";
import { aFolder } from "../support/folder.ts";

const pool = {
  AutoVerifiedAttributes: ["email" as const],
  Schema: [{ Name: "legacy_id", AttributeDataType: "String" as const, Mutable: false }],
};
const never = new AbortController().signal;
/** "correct horse", cost 4. */
const hash = "$2a$04$KBCwKxOzLha2MUDgW0PjXexGfB5dmDvvvgEVjeeXiTo87i0yXWYau";

const jobsFor = (bench: Bench, more: Partial<ImportJobsOptions> = {}) =>
  openImportJobs({
    cognito: bench.sdk,
    logs: logsFor(bench),
    poolId: bench.poolId,
    logRoleArn: roleArn,
    pollMs: 1,
    logWaitMs: 5,
    ...more,
  });

const person = (username: string, more: Readonly<Record<string, string>> = {}, hashed?: string): JobRow => ({
  username,
  attributes: { email: `${username}@example.com`, email_verified: "true", ...more },
  ...(hashed === undefined ? {} : { hash: hashed }),
});

async function fileWith(bench: Bench, rows: readonly JobRow[], algorithm: JobFile["algorithm"] = "BCRYPT") {
  const header = await jobsFor(bench).header(never);
  const file = await openJobFile({ header, algorithm, folder: await aFolder() });
  onTestFinished(() => file.remove());
  for (const row of rows) expect((await file.add(row)).kind).toBe("added");
  return file;
}

async function all(outcomes: AsyncIterable<RowOutcome>): Promise<readonly RowOutcome[]> {
  const list: RowOutcome[] = [];
  for await (const one of outcomes) list.push(one);
  return list;
}

async function attributesOf(bench: Bench, Username: string) {
  const user = await bench.sdk.send(new AdminGetUserCommand({ UserPoolId: bench.poolId, Username }));
  return new Map((user.UserAttributes ?? []).map((each) => [each.Name ?? "", each.Value]));
}

describe("a run of an import job", () => {
  it("tells of every row of its file, over all pages of the log", async () => {
    const bench = await openBench({ pool, options: { logPageSize: 2 } });
    await addUser(bench, "bob", strong, { email: "bob@example.com" });
    const file = await fileWith(bench, [
      person("ann", { "custom:legacy_id": "db#1", birthdate: "1985-02-01" }, hash),
      person("bob", {}, hash),
      person("cid", { email_verified: "false" }, hash),
      person("dan", {}, hash.replace("$04$", "$13$")),
      person("eve"),
      person("fay", {}, hash),
      person("gus", {}, hash),
    ]);
    const seen: string[] = [];
    const jobs = jobsFor(bench);
    const told = await all(
      jobs.run(file, "move 1", {
        signal: never,
        onProgress: ({ status, imported, skipped, failed }) => seen.push([status, imported, skipped, failed].join(" ")),
      }),
    );
    expect(told.map(({ line, outcome: word }) => `${line} ${word}`)).toEqual([
      "2 succeeded",
      "3 skipped",
      "4 failed",
      "5 failed",
      "6 succeeded",
      "7 succeeded",
      "8 succeeded",
    ]);
    expect(told[1]?.reason).toBe("The user already exists.");
    expect(told[2]?.reason).toContain("auto verified attributes");
    expect(told[3]?.reason).toContain("out of bounds");
    expect(seen.at(-1)).toBe("Succeeded 4 1 2");
    expect(seen.length).toBeGreaterThan(2);
    expect(await bench.signIn("ann", "correct horse")).toBe("tokens");
    expect(await bench.signIn("eve", "correct horse")).toContain("PasswordResetRequiredException");
    expect((await attributesOf(bench, "ann")).get("custom:legacy_id")).toBe("db#1");
    expect((await attributesOf(bench, "ann")).get("birthdate")).toBe("1985-02-01");
    expect(await jobs.active(never)).toBeUndefined();
  });

  it("brings any value that a row is taken with into the pool as it was", async () => {
    const bench = await openBench({ pool });
    const jobs = jobsFor(bench);
    const text = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.string({
        unit: fc.constantFrom(",", "\\", '"', " ", "\n", "\t", "a", "é", "\u2028", "\ud83d\ude00"),
        maxLength: 8,
      }),
    );
    let count = 0;
    let placed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ name: text, address: text, "custom:legacy_id": text }), { minLength: 1, maxLength: 30 }),
        async (people) => {
          const file = await fileWith(bench, []);
          const taken = new Map<string, (typeof people)[number]>();
          for (const attributes of people) {
            count += 1;
            const row = person(`user${count}`, attributes, hash);
            const added = await file.add(row);
            if (added.kind === "added") taken.set(row.username, attributes);
            else {
              const odd = Object.values(attributes).some((value) => /["\\\p{Cc}\p{Cs}\u2028\u2029]/u.test(value));
              const id = attributes["custom:legacy_id"];
              expect(odd || id.trim() !== id, JSON.stringify(attributes)).toBe(true);
            }
          }
          const told = await all(jobs.run(file, "move", { signal: never }));
          expect(told.map((one) => one.outcome)).toEqual([...taken].map(() => "succeeded"));
          for (const [username, attributes] of taken) {
            const found = await attributesOf(bench, username);
            for (const [name, value] of Object.entries(attributes)) {
              expect(found.get(name) ?? "").toBe(value.trim());
            }
          }
          placed += taken.size;
        },
      ),
      { numRuns: 15 },
    );
    expect(placed).toBeGreaterThan(20);
  });

  it("does not tell of rows that the job gave up before", async () => {
    const bench = await openBench({ pool, options: { importAbortAfter: 1 } });
    const rows = [person("ann"), person("bob", { email_verified: "false" }), person("cid")];
    const told = await all(jobsFor(bench).run(await fileWith(bench, rows), "move", { signal: never }));
    expect(told.map((one) => one.outcome)).toEqual(["succeeded", "failed", "untold"]);
    expect(told[2]?.reason).toContain("Failed: Too many users have failed or been skipped");
  });

  it("does not tell of any row whose log never comes", async () => {
    const bench = await openBench({ pool });
    const elsewhere = logsFor(await openBench({ pool }));
    const file = await fileWith(bench, [person("ann"), person("bob")]);
    const told = await all(jobsFor(bench, { logs: elsewhere }).run(file, "move", { signal: never }));
    expect(told.map((one) => one.outcome)).toEqual(["untold", "untold"]);
  });

  it("stops its job when it is cut, and what is placed stays", async () => {
    const bench = await openBench({ pool });
    const file = await fileWith(bench, [person("ann"), person("bob"), person("cid")]);
    const cut = new AbortController();
    const reason = new Error("enough");
    const running = all(
      jobsFor(bench).run(file, "move", {
        signal: cut.signal,
        onProgress: ({ imported }) => imported === 1 && cut.abort(reason),
      }),
    );
    await expect(running).rejects.toBe(reason);
    // Each look would have placed one more.
    expect(await jobsFor(bench).active(never)).toBeUndefined();
    expect(await outcome(() => attributesOf(bench, "ann"))).toBe("ok");
    expect(await outcome(() => attributesOf(bench, "bob"))).toContain("UserNotFoundException");
  });

  it("waits for another job of the account", async () => {
    const bench = await openBench({ pool });
    const other = await createJob(bench, undefined, "other");
    await upload(other.PreSignedUrl, await fileOf(bench, [{ "cognito:username": "zoe" }]));
    await bench.sdk.send(new StartUserImportJobCommand({ UserPoolId: bench.poolId, JobId: other.JobId }));
    const told = await all(jobsFor(bench).run(await fileWith(bench, [person("ann")]), "move", { signal: never }));
    expect(told.map((one) => one.outcome)).toEqual(["succeeded"]);
    expect((await look(bench, other.JobId)).Status).toBe("Failed");
  });

  it("waits no longer than it may, and can be cut while it waits", async () => {
    const cut = new AbortController();
    let refusals = 0;
    const bench = await openBench({
      pool,
      options: {
        importLooks: 1_000_000,
        onEvent: (event) => {
          if (event.kind === "request" && event.action === "StartUserImportJob" && event.error !== undefined) {
            refusals += 1;
            if (refusals === 10) cut.abort(new Error("enough"));
          }
        },
      },
    });
    const other = await createJob(bench, undefined, "other");
    const rows = Array.from({ length: 500 }, (_, index) => ({ "cognito:username": `zoe${index}` }));
    await upload(other.PreSignedUrl, await fileOf(bench, rows));
    await bench.sdk.send(new StartUserImportJobCommand({ UserPoolId: bench.poolId, JobId: other.JobId }));
    expect(await jobsFor(bench).active(never)).toMatchObject({ id: other.JobId, name: "other" });
    const file = await fileWith(bench, [person("ann")]);
    const giving = all(jobsFor(bench, { waitMs: 3 }).run(file, "move", { signal: never }));
    await expect(giving).rejects.toMatchObject({ code: "PLATFORM_UNAVAILABLE" });
    expect(refusals).toBe(4);
    const waiting = all(jobsFor(bench).run(file, "move", { signal: cut.signal }));
    await expect(waiting).rejects.toThrow("enough");
  });

  it("says what the pool refuses, before any user is placed", async () => {
    const bench = await openBench({ pool, options: { importAlgorithms: ["SCRYPT"] } });
    const refused = all(jobsFor(bench).run(await fileWith(bench, [person("ann")]), "move", { signal: never }));
    await expect(refused).rejects.toThrow("OperationNotEnabledException: Password hash import is not available");
    await expect(refused).rejects.toBeInstanceOf(MigrationError);
    const bare = await openBench();
    const needs = all(jobsFor(bare).run(await fileWith(bare, [person("ann")]), "move", { signal: never }));
    await expect(needs).rejects.toThrow("AutoVerifiedAttributes");
    expect(await all(jobsFor(bare).run(await fileWith(bare, []), "move", { signal: never }))).toEqual([]);
  });

  it("says that the service cannot be reached", async () => {
    const bench = await openBench({ pool });
    const jobs = jobsFor(bench);
    await bench.server.stop();
    await expect(jobs.header(never)).rejects.toMatchObject({ code: "PLATFORM_UNAVAILABLE" });
    await expect(jobs.active(never)).rejects.toMatchObject({ code: "PLATFORM_UNAVAILABLE" });
  });
});

describe("the log of an import job", () => {
  it("tells of nobody when its lines are not those of the file", async () => {
    const bench = await openBench({ pool });
    const row = (name: string) => ({ "cognito:username": name, email: `${name}@x.example`, email_verified: "TRUE" });
    const { job } = await runJob(bench, await fileOf(bench, [row("ann"), row("bob"), row("cid")]));
    const place = {
      logGroupName: `/aws/cognito/userpools/${bench.poolId}/test`,
      logStreamName: `${job.JobId}/move`,
    };
    expect((await readImportLog(logsFor(bench), place, 3, never)).of(2)?.outcome).toBe("succeeded");
    const shorter = await readImportLog(logsFor(bench), place, 2, never);
    expect([2, 3].map((line) => shorter.of(line))).toEqual([undefined, undefined]);
    expect(shorter.isWhole(2)).toBe(true);
  });
});

describe("the upload of an import file", () => {
  it("gives the store's refusal back, and a connection that fails as an error", async () => {
    const bench = await openBench({ pool });
    const file = await fileWith(bench, [person("ann")]);
    const bytes = await file.close();
    const address = `${bench.server.endpoint}/user-import/${"a".repeat(43)}`;
    expect(await uploadFile(address, file.path, bytes, never)).toBe(403);
    await expect(uploadFile(address, `${file.path}.none`, bytes, never)).rejects.toThrow("ENOENT");
    await bench.server.stop();
    await expect(uploadFile(address, file.path, bytes, never)).rejects.toThrow("ECONNREFUSED");
  });
});
