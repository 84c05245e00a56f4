import { readFile, stat } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { type JobFileOptions, openJobFile } from "../../lib/protocols/user-pool-job-file.ts";
import { aFolder } from "../support/folder.ts";

const header = ["name", "email", "email_verified", "birthdate", "custom:legacy_id"];
const whole = [...header, "cognito:mfa_enabled", "cognito:username", "password_hash"];

async function aFile(more: Partial<JobFileOptions> = {}) {
  return openJobFile({ header: whole, algorithm: "BCRYPT", folder: await aFolder(), ...more });
}

async function refusalOf(username: string, attributes: Readonly<Record<string, string>>): Promise<string> {
  const file = await aFile();
  const added = await file.add({ username, attributes });
  await file.remove();
  return added.kind === "refused" ? added.reason : added.kind;
}

describe("the file of an import job", () => {
  it("has the pool's columns, one user a line, and is its owner's alone", async () => {
    const file = await aFile();
    const attributes = { name: " Ann, the first ", email: "ann@example.com", email_verified: "true", nickname: "a" };
    const more = { birthdate: "1985-02-01", "custom:legacy_id": "db#7" };
    expect(await file.add({ username: "ann", attributes: { ...attributes, ...more }, hash: "$2b$10$x" })).toEqual({
      kind: "added",
      line: 2,
    });
    expect(await file.add({ username: "bob", attributes: {} })).toEqual({ kind: "added", line: 3 });
    const bytes = await file.close();
    expect(await readFile(file.path, "utf8")).toBe(
      [
        "name,email,email_verified,birthdate,custom:legacy_id,cognito:mfa_enabled,cognito:username,password_hash",
        "Ann\\, the first,ann@example.com,TRUE,02/01/1985,db#7,FALSE,ann,$2b$10$x",
        ",,,,,FALSE,bob,",
        "",
      ].join("\n"),
    );
    const { mode, size } = await stat(file.path);
    expect(mode & 0o777).toBe(0o600);
    expect([file.rows(), bytes]).toEqual([2, size]);
    await file.remove();
    await expect(stat(file.path)).rejects.toThrow("ENOENT");
  });

  it("goes to the disk as it grows, with every row in its place", async () => {
    const file = await aFile();
    const count = 3000;
    for (let index = 0; index < count; index += 1) {
      await file.add({ username: `user${index}`, attributes: { name: "é".repeat(50) } });
    }
    // What waits for the next write is less than what one write takes.
    expect((await stat(file.path)).size).toBeGreaterThan(100_000);
    const bytes = await file.close();
    const lines = (await readFile(file.path, "utf8")).split("\n");
    expect((await stat(file.path)).size).toBe(bytes);
    expect(lines).toHaveLength(count + 2);
    expect(lines[count]).toContain(`,user${count - 1},`);
    await file.remove();
  });

  it("is full at the job's limits, and has no row over them", async () => {
    const users = await aFile({ limits: { users: 1, bytes: 1000, rowLength: 100 } });
    await users.add({ username: "ann", attributes: {} });
    expect(await users.add({ username: "bob", attributes: {} })).toEqual({ kind: "full" });
    expect(await users.add({ username: "bob", attributes: { name: "x".repeat(100) } })).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("allowed 1 to 100"),
    });
    await users.remove();
    const bytes = await aFile({ limits: { users: 10, bytes: 130, rowLength: 100 } });
    expect((await bytes.add({ username: "ann", attributes: {} })).kind).toBe("added");
    expect((await bytes.add({ username: "ann2", attributes: {} })).kind).toBe("full");
    expect(await bytes.close()).toBeLessThanOrEqual(130);
    await bytes.remove();
  });

  it.each([
    ["a line break", "ann", { name: "a\nb" }],
    ["a line break that only some readers know", "ann", { name: "a\u2028b" }],
    ["a quotation mark", "ann", { name: 'a"b' }],
    ["a backslash, which could take the next comma in", "ann", { name: "a\\" }],
    ["half a character", "ann", { name: "\ud800" }],
    ["a date that is none", "ann", { birthdate: "1985-02-30" }],
    ["a date of another form", "ann", { birthdate: "01.02.1985" }],
    ["an id that would be cut", "ann", { "custom:legacy_id": "7 " }],
    ["a user name with white space", "ann b", {}],
    ["no user name", "", {}],
    ["a long user name", "a".repeat(129), {}],
  ])("refuses a row with %s, without quoting it", async (_, username, attributes) => {
    const reason = await refusalOf(username, attributes);
    expect(reason).toMatch(/line break|quotation|surrogate|date|white space|characters/);
    expect(reason).not.toContain("1985");
  });

  it("takes the one column that is no attribute for the hashes, whatever its name", async () => {
    const file = await aFile({ header: ["cognito:username", "cognito:hash", "email", "custom:password_hash"] });
    await file.add({ username: "ann", attributes: {}, hash: "$2b$10$x" });
    await file.close();
    expect(await readFile(file.path, "utf8")).toContain("\nann,$2b$10$x,,\n");
    await file.remove();
  });

  it.each([
    ["no column for the hashes", [...header, "cognito:username"], "no column for password hashes"],
    ["two that may be", [...whole, "other_hash"], "password_hash, other_hash"],
    ["no user name", header, "cognito:username"],
  ])("refuses a header with %s", async (_, given, reason) => {
    const opening = aFile({ header: given });
    await expect(opening).rejects.toMatchObject({ code: "PLATFORM_UNAVAILABLE" });
    await expect(opening).rejects.toThrow(reason);
  });

  it("has no hash where the job names no algorithm", async () => {
    const file = await aFile({ algorithm: undefined });
    expect((await file.add({ username: "ann", attributes: {} })).kind).toBe("added");
    expect((await file.add({ username: "bob", attributes: {}, hash: "x" })).kind).toBe("refused");
    await file.remove();
  });

  it("says that users have MFA where the pool requires it", async () => {
    const file = await aFile({ mfaRequired: true });
    await file.add({ username: "ann", attributes: {} });
    await file.close();
    expect(await readFile(file.path, "utf8")).toContain(",TRUE,ann,");
    await file.remove();
  });
});
