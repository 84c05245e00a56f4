import {
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  AdminGetUserCommand,
  CreateUserPoolCommand,
  ListUserImportJobsCommand,
  StartUserImportJobCommand,
  StopUserImportJobCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createJob, encrypted, fileOf, headerOf, linesOf, logsFor, look, runJob, upload } from "./import-bench.ts";
import { addUser } from "./people.ts";
import { type Bench, openBench, outcome, type PoolInput, strong } from "./support.ts";

const pool: PoolInput = {
  AutoVerifiedAttributes: ["email"],
  Schema: [{ Name: "legacy_id", AttributeDataType: "String", Mutable: false }],
};
const person = (name: string, more: Readonly<Record<string, string>> = {}) => ({
  "cognito:username": name,
  email: `${name}@example.com`,
  email_verified: "TRUE",
  "cognito:mfa_enabled": "FALSE",
  ...more,
});

async function userOf(bench: Bench, Username: string) {
  const user = await bench.sdk.send(new AdminGetUserCommand({ UserPoolId: bench.poolId, Username }));
  const attributes = Object.fromEntries((user.UserAttributes ?? []).map((each) => [each.Name, each.Value]));
  return { status: user.UserStatus, attributes };
}

const start = (bench: Bench, JobId: string) =>
  outcome(() => bench.sdk.send(new StartUserImportJobCommand({ UserPoolId: bench.poolId, JobId })));

describe("an import job", () => {
  it("makes users who must reset, over several looks, and calls no trigger", async () => {
    const quiet = () => undefined;
    const bench = await openBench({ pool, triggers: { PreSignUp: quiet, PostConfirmation: quiet } });
    const text = await fileOf(bench, [
      person("ann", { birthdate: "02/01/1985", address: "1 High Street\\, York", "custom:legacy_id": "7" }),
      person("bob", { name: "  Bob  " }),
    ]);
    const { job, statuses, lines } = await runJob(bench, text);
    expect(statuses).toEqual(["InProgress", "InProgress", "Succeeded"]);
    expect(job).toMatchObject({ ImportedUsers: 2, SkippedUsers: 0, FailedUsers: 0, JobName: "move" });
    expect(lines).toEqual([
      "[SUCCEEDED] Line Number 2 - The import succeeded.",
      "[SUCCEEDED] Line Number 3 - The import succeeded.",
    ]);
    const ann = await userOf(bench, "ann");
    expect(ann.status).toBe("RESET_REQUIRED");
    expect(ann.attributes).toMatchObject({
      email: "ann@example.com",
      email_verified: "true",
      birthdate: "1985-02-01",
      address: "1 High Street, York",
      "custom:legacy_id": "7",
    });
    expect((await userOf(bench, "bob")).attributes.name).toBe("Bob");
    expect(bench.seen).toEqual([]);
  });

  it("skips who is there, fails who does not fit, and says which line and why", async () => {
    const bench = await openBench({ pool });
    await addUser(bench, "ann", strong, { email: "ann@example.com" });
    const rows = [
      person("ann"),
      person("bob", { email_verified: "FALSE" }),
      person("cid", { birthdate: "1985-02-01" }),
      person("dan", { "cognito:mfa_enabled": "TRUE" }),
      person("eve", { name: "x".repeat(16_000) }),
      person("fay gray"),
      ...Array.from({ length: 6 }, (_, index) => person(`user${index}`)),
    ];
    const { job, lines } = await runJob(bench, await fileOf(bench, rows));
    expect(job).toMatchObject({ Status: "Succeeded", ImportedUsers: 6, SkippedUsers: 1, FailedUsers: 5 });
    expect(lines.slice(0, 6)).toEqual([
      "[SKIPPED] Line Number 2 - The user already exists.",
      "[FAILED] Line Number 3 - The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).",
      "[FAILED] Line Number 4 - birthdate: not of the form mm/dd/yyyy.",
      "[FAILED] Line Number 5 - cognito:mfa_enabled does not fit the MFA requirement of the user pool.",
      "[FAILED] Line Number 6 - The row is longer than 16000 characters.",
      "[FAILED] Line Number 7 - The user name is missing or not valid.",
    ]);
  });

  it("fails with too many failures: at its end, or in the middle by option", async () => {
    const rows = [person("ann"), person("bob", { email: "" }), person("cid", { email: "" }), person("dan")];
    const atEnd = await openBench({ pool });
    const whole = await runJob(atEnd, await fileOf(atEnd, [...rows, person("eve", { email: "" })]));
    const message = "Too many users have failed or been skipped during the import.";
    expect(whole.job).toMatchObject({ Status: "Failed", CompletionMessage: message, ImportedUsers: 2, FailedUsers: 3 });
    const early = await openBench({ pool, options: { importAbortAfter: 1 } });
    const cut = await runJob(early, await fileOf(early, rows));
    expect(cut.job).toMatchObject({ Status: "Failed", CompletionMessage: message, ImportedUsers: 1, FailedUsers: 1 });
    expect(cut.lines).toHaveLength(2);
  });

  it.each([
    ["a column is missing", (text: string) => text.replace("nickname,", "")],
    ["a column is unknown", (text: string) => text.replace("nickname,", "nick,")],
    ["the file begins with a byte order mark", (text: string) => `\u{feff}${text}`],
    ["the file is empty", () => ""],
  ])("fails when %s", async (_, spoil) => {
    const bench = await openBench({ pool });
    const text = spoil(await fileOf(bench, [person("ann")]));
    const { job } = await runJob(bench, text);
    expect(job).toMatchObject({ Status: "Failed", ImportedUsers: 0 });
    expect(job.CompletionMessage).toContain("unable to parse");
  });

  it("needs its file first, a pool that verifies something, and no other job in the account", async () => {
    const bench = await openBench({ pool });
    const first = await createJob(bench);
    expect(await start(bench, first.JobId)).toBe(
      `PreconditionNotMetException: No csv file was uploaded for ${first.JobId}`,
    );
    await upload(first.PreSignedUrl, await fileOf(bench, [person("ann")]));
    expect(await start(bench, first.JobId)).toBe("ok");
    const second = await createJob(bench);
    await upload(second.PreSignedUrl, await fileOf(bench, [person("bob")]));
    expect(await start(bench, second.JobId)).toContain("PreconditionNotMetException: Only one import job");
    while ((await look(bench, first.JobId)).Status !== "Succeeded");
    expect(await start(bench, second.JobId)).toBe("ok");
    const bare = await bench.sdk.send(new CreateUserPoolCommand({ PoolName: "bare" }));
    const other = { ...bench, poolId: bare.UserPool?.Id ?? "" };
    const third = await createJob(other);
    await upload(third.PreSignedUrl, "x");
    expect(await start(other, third.JobId)).toContain("no auto verified attributes");
  });

  it("is stopped: at once before it has begun, else at the next look, and what is done stays", async () => {
    const bench = await openBench({ pool });
    const run = async (looks: number) => {
      const job = await createJob(bench);
      await upload(job.PreSignedUrl, await fileOf(bench, [person(`a${looks}`), person(`b${looks}`), person("c")]));
      await start(bench, job.JobId);
      for (let done = 0; done < looks; done += 1) await look(bench, job.JobId);
      const { UserImportJob } = await bench.sdk.send(
        new StopUserImportJobCommand({ UserPoolId: bench.poolId, JobId: job.JobId }),
      );
      const { Status, CompletionMessage, ImportedUsers } = await look(bench, job.JobId);
      return [UserImportJob?.Status, Status, CompletionMessage, ImportedUsers];
    };
    const told = "The Import Job was stopped by the developer.";
    expect(await run(0)).toEqual(["Stopped", "Stopped", told, 0]);
    expect(await run(2)).toEqual(["Stopping", "Stopped", told, 1]);
    const { UserImportJobs } = await bench.sdk.send(
      new ListUserImportJobsCommand({ UserPoolId: bench.poolId, MaxResults: 60 }),
    );
    expect(UserImportJobs?.map((each) => each.ImportedUsers)).toEqual([1, 0]);
  });

  it("expires a day after its creation", async () => {
    let now = new Date("2026-01-01T00:00:00Z");
    const bench = await openBench({ pool, options: { now: () => now } });
    const { JobId } = await createJob(bench);
    now = new Date("2026-01-02T00:00:00Z");
    expect((await look(bench, JobId)).Status).toBe("Expired");
    expect(await start(bench, JobId)).toContain("PreconditionNotMetException");
  });
});

describe("the upload of an import job", () => {
  it("needs the token, the encryption header and the first fifteen minutes", async () => {
    let now = new Date("2026-01-01T00:00:00Z");
    const bench = await openBench({ pool, options: { now: () => now } });
    const { PreSignedUrl } = await createJob(bench);
    expect(await upload(PreSignedUrl, "x", {})).toBe(403);
    expect(
      await upload(
        PreSignedUrl.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
        "x",
      ),
    ).toBe(403);
    expect(await upload(PreSignedUrl, "x")).toBe(200);
    now = new Date("2026-01-01T00:15:00Z");
    expect(await upload(PreSignedUrl, "x")).toBe(403);
  });
});

describe("the log of import jobs", () => {
  it("is read in pages, from the head and by filter, one stream a job", async () => {
    const bench = await openBench({ pool, options: { logPageSize: 2 } });
    const names = ["ann", "bob", "cid"];
    const { job } = await runJob(
      bench,
      await fileOf(
        bench,
        names.map((name) => person(name)),
      ),
    );
    const logs = logsFor(bench);
    const group = { logGroupName: `/aws/cognito/userpools/${bench.poolId}/test` };
    const { logStreams } = await logs.send(new DescribeLogStreamsCommand(group));
    const logStreamName = `${job.JobId}/move`;
    expect(logStreams?.map((each) => each.logStreamName)).toEqual([logStreamName]);
    const told: (string | undefined)[] = [];
    let nextToken: string | undefined;
    for (;;) {
      const page = await logs.send(
        new GetLogEventsCommand({ ...group, logStreamName, startFromHead: true, ...(nextToken ? { nextToken } : {}) }),
      );
      told.push(...(page.events ?? []).map((each) => each.message));
      if (page.nextForwardToken === nextToken) break;
      nextToken = page.nextForwardToken;
    }
    expect(told).toHaveLength(4);
    const filtered = await logs.send(
      new FilterLogEventsCommand({ ...group, logStreamNames: [logStreamName], limit: 60 }),
    );
    expect(filtered.events?.map((each) => each.message)).toEqual(told);
    const absent = logs.send(new GetLogEventsCommand({ logGroupName: "/none", logStreamName }));
    expect(await outcome(() => absent)).toContain("ResourceNotFoundException");
  });

  it("holds no user data", async () => {
    const bench = await openBench({ pool });
    const rows = [person("ann", { email: "canary" }), person("bob", { birthdate: "canary" }), person("can ary")];
    const { job } = await runJob(bench, await fileOf(bench, rows));
    expect((await linesOf(bench, job.JobId ?? "")).join()).not.toMatch(/canary|can ary/);
  });
});

describe("the header of the file", () => {
  it("has the pool's attributes, the custom ones too, and one for hashes where the pool takes them", async () => {
    const bench = await openBench({ pool });
    expect((await headerOf(bench)).slice(-4)).toEqual([
      "custom:legacy_id",
      "cognito:mfa_enabled",
      "cognito:username",
      "password_hash",
    ]);
    const without = await openBench({ pool, options: { importAlgorithms: [] } });
    expect(await headerOf(without)).not.toContain("password_hash");
  });
});

it("takes any bytes for a file, and any request for the log, without a defect of its own", async () => {
  const bench = await openBench({ pool, options: { importLooks: 1 } });
  const header = `${await headerOf(bench)}\n`;
  const cell = fc.oneof(
    fc.string({ unit: "binary", maxLength: 10 }),
    fc.constantFrom("ann", "TRUE", "\\", "02/01/1985"),
  );
  const rows = fc
    .array(fc.array(cell, { maxLength: 25 }), { maxLength: 5 })
    .map((lines) => Buffer.from(header + lines.map((line) => `${line.join(",")}\n`).join("")));
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom("f/9", "b/1", `/aws/cognito/userpools/${bench.poolId}/test`),
  );
  const keys = ["logGroupName", "logStreamName", "logStreamNames", "nextToken", "limit", "startFromHead"];
  const query = fc.dictionary(fc.constantFrom(...keys), anything);
  const logAction = fc.constantFrom("GetLogEvents", "FilterLogEvents", "DescribeLogStreams", "constructor");
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(rows, fc.uint8Array({ maxLength: 300 })),
      query,
      logAction,
      async (file, input, action) => {
        const job = await createJob(bench, "BCRYPT");
        expect(
          (await fetch(job.PreSignedUrl, { method: "PUT", headers: encrypted, body: Buffer.from(file) })).status,
        ).toBe(200);
        await start(bench, job.JobId);
        for (let looks = 0; looks < 3; looks += 1) await look(bench, job.JobId);
        expect(["Succeeded", "Failed"]).toContain((await look(bench, job.JobId)).Status);
        const response = await fetch(bench.server.endpoint, {
          method: "POST",
          headers: { "x-amz-target": `Logs_20140328.${action}` },
          body: JSON.stringify(input),
        });
        expect(response.status).toBeLessThan(500);
      },
    ),
    { numRuns: 150 },
  );
  expect(bench.told.filter((event) => event.kind === "defect")).toEqual([]);
});
