import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import { runInit } from "../../../lib/cli/init/init.ts";
import { openPerson } from "../../../lib/cli/init/questions.ts";
import { missing } from "../../support/required.ts";

const file = "migration.config.ts";

interface Ended {
  readonly code: number;
  readonly out: string;
  /** Refusals, and with a person the questions. */
  readonly err: string;
}

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "samekey-init-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** The command in a folder; with answers, as typed at a terminal and then nothing more. */
async function init(folder: string, args: readonly string[], answers?: readonly string[]): Promise<Ended> {
  let out = "";
  let err = "";
  const screen = new PassThrough();
  screen.on("data", (chunk: Buffer) => (err += chunk));
  const typed = new PassThrough();
  if (answers !== undefined) typed.end(answers.map((line) => `${line}\n`).join(""));
  const code = await runInit(args, {
    folder,
    ...(answers === undefined ? {} : { openPerson: () => openPerson(typed, screen) }),
    out: (text) => (out += text),
    err: (text) => (err += text),
  });
  return { code, out, err };
}

const read = (folder: string) => readFile(join(folder, file), "utf8");

describe("samekey init, told what to write", () => {
  test("writes the config and says what comes next", async () => {
    const folder = await aFolder();
    const { code, out } = await init(folder, ["--source", "postgres", "--schema", "django"]);
    expect(code).toBe(0);
    expect(await read(folder)).toContain("from auth_user");
    expect(out).toContain("django on postgres");
    for (const step of ["samekey/legacy-database", ".samekey/secrets.json", "samekey -- try"])
      expect(out).toContain(step);
  });

  test("names the pool's users as it is told, else as people sign in today", async () => {
    const args = ["--source", "mysql", "--schema", "wordpress", "--print"];
    const folder = await aFolder();
    expect((await init(folder, args)).out).toContain('userNames: "alias"');
    expect((await init(folder, [...args, "--user-names", "email"])).out).toContain('userNames: "email"');
  });

  test("prints without writing", async () => {
    const folder = await aFolder();
    const { code, out } = await init(folder, ["--source", "ldap", "--print"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^\/\/ Your migration: an LDAP directory\.\n[\s\S]*\}\);\n$/);
    expect(await readdir(folder)).toEqual([]);
  });

  test("takes a SQL source without a schema for a plain table", async () => {
    expect((await init(await aFolder(), ["--source", "mssql", "--print"])).out).toContain("email_confirmed");
  });

  test.each([
    [
      ["--source", "oracle"],
      ["oracle", "postgres, mysql, mssql, mongodb, dynamodb, ldap"],
    ],
    [
      ["--source", "postgres", "--schema", "joomla"],
      ["joomla", "plain, django"],
    ],
    [
      ["--source", "mysql", "--schema", "supabase"],
      ["supabase", "on postgres", "mysql has plain"],
    ],
    [
      ["--source", "ldap", "--schema", "django"],
      ["django", "ldap", "postgres, mysql, mssql"],
    ],
    [
      ["--source", "postgres", "--user-names", "phone"],
      ["phone", "allowed are email, alias"],
    ],
    [
      ["--source", "postgres", "--user-names", "nickname"],
      ["nickname", "allowed are email, alias"],
    ],
    [
      ["--source", "constructor"],
      ["constructor", "postgres"],
    ],
    [[], ["--source is missing", "postgres, mysql, mssql, mongodb, dynamodb, ldap"]],
    [["--schema", "django"], ["--source is missing"]],
  ])("refuses %j in one line that says what is allowed, and writes nothing", async (args, words) => {
    const folder = await aFolder();
    const { code, err } = await init(folder, args);
    expect(code).toBe(2);
    const [line] = err.split("\n");
    for (const word of words) expect(line).toContain(word);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("samekey init, before a config that is there", () => {
  const args = ["--source", "mysql", "--schema", "laravel"];

  test("leaves one alone that somebody has changed, and asks nothing", async () => {
    const folder = await aFolder();
    await writeFile(join(folder, file), "// mine\n");
    const { code, err } = await init(folder, [], ["1", "1", "1"]);
    expect(code).toBe(1);
    expect(err).toContain("--force");
    expect(err).not.toContain("Where are your users?");
    expect(await read(folder)).toBe("// mine\n");
  });

  test("writes over the default that nobody has touched, and keeps no copy of it", async () => {
    const folder = await aFolder();
    await writeFile(join(folder, file), await readFile(file, "utf8"));
    expect(await init(folder, args)).toMatchObject({ code: 0 });
    expect(await read(folder)).toContain("email_verified_at");
    expect(await init(folder, ["--source", "auth0"])).toMatchObject({ code: 0 });
    expect(await readdir(folder)).toEqual([file]);
  });

  test("does not take the default with one more character for untouched", async () => {
    const folder = await aFolder();
    await writeFile(join(folder, file), `${await readFile(file, "utf8")}\n`);
    expect(await init(folder, args)).toMatchObject({ code: 1 });
  });

  test("with --force keeps every former one under a name of its own", async () => {
    const folder = await aFolder();
    for (const text of ["// first\n", "// second\n"]) {
      await writeFile(join(folder, file), text);
      expect(await init(folder, [...args, "--force"])).toMatchObject({ code: 0 });
    }
    expect(await readFile(join(folder, `${file}.bak`), "utf8")).toBe("// first\n");
    expect(await readFile(join(folder, `${file}.bak2`), "utf8")).toBe("// second\n");
  });

  test("shows the new one with --print all the same", async () => {
    const folder = await aFolder();
    await writeFile(join(folder, file), "// mine\n");
    expect(await init(folder, [...args, "--print"])).toMatchObject({ code: 0 });
    expect(await read(folder)).toBe("// mine\n");
  });
});

describe("samekey init, asking", () => {
  test.each([
    ["numbers", ["2", "2", "3"], "mysql", 'userNames: "alias"', "from auth_user"],
    ["names", ["mysql", "django", "alias"], "mysql", 'userNames: "alias"', "from auth_user"],
    ["nothing but Enter", ["", "", ""], "postgres", 'userNames: "email"', "email_confirmed"],
    ["no schema where there are no tables", ["auth0", ""], "auth0", 'userNames: "email"', "realm:"],
    ["capitals and blanks", [" LDAP ", " Email "], "ldap", 'userNames: "email"', "ldap({"],
  ])("takes %s", async (_, answers, source, userNames, text) => {
    const folder = await aFolder();
    expect(await init(folder, [], answers)).toMatchObject({ code: 0 });
    const config = await read(folder);
    for (const part of [`./lib/sources/${source}.ts`, userNames, text]) expect(config).toContain(part);
  });

  test("asks again after what it cannot take, and says what it takes", async () => {
    const folder = await aFolder();
    const { code, err } = await init(folder, [], ["0", "99", "oracle", "-1", "1.5", "3", "django", "username"]);
    expect(code).toBe(0);
    for (const wrong of ["0", "99", "oracle", "-1", "1.5"])
      expect(err).toContain(`There is no "${wrong}": a number from 1 to`);
    expect(await read(folder)).toContain("./lib/sources/mssql.ts");
  });

  test("offers only schemas that stand on the source, and asks no question with one answer", async () => {
    const { err } = await init(await aFolder(), ["--source", "mssql"], ["spring-security"]);
    expect(err).toContain("aspnet-identity");
    expect(err).not.toContain("wordpress");
    expect(err).not.toContain("What do people type");
  });

  test("asks for nothing that was said", async () => {
    const { code, err } = await init(await aFolder(), ["--source", "postgres", "--schema", "django"], []);
    expect(code).toBe(0);
    expect(err).toBe("");
  });

  test("writes nothing when the answers end early", async () => {
    const folder = await aFolder();
    for (const answers of [[], ["postgres"], ["postgres", "django"], ["oracle"]]) {
      expect(await init(folder, [], answers)).toMatchObject({ code: 2 });
    }
    expect(await readdir(folder)).toEqual([]);
  });

  test("refuses user names that the answers do not allow", async () => {
    const { code, err } = await init(await aFolder(), ["--user-names", "phone"], ["postgres", "django"]);
    expect(code).toBe(2);
    expect(err).toContain("allowed are username, email, alias");
  });
});

const script = ["/usr/bin/script"].find((one) => existsSync(one));
const scriptMissing = missing("script (util-linux)", script !== undefined, "apt-get install bsdutils");

describe("samekey init, as a command of its own", () => {
  test("ends with 2 without a terminal and without a source", async () => {
    const { code, err } = await command(process.execPath, [resolve("lib/cli/samekey.ts"), "init"], "");
    expect(code).toBe(2);
    expect(err).toContain("--source is missing");
  });

  test("ends with 2 for an option that it does not have", async () => {
    const { code, err } = await command(process.execPath, [resolve("lib/cli/samekey.ts"), "init", "--databse"], "");
    expect(code).toBe(2);
    expect(err).toContain("--help");
  });

  test.skipIf(scriptMissing !== undefined)("asks at a terminal", async () => {
    const line = `'${process.execPath}' '${resolve("lib/cli/samekey.ts")}' init --print`;
    const { code, out } = await command(
      script ?? "",
      ["-qec", line, "/dev/null"],
      "nonsense\nwordpress\nmysql\nwordpress\n\n",
    );
    expect(out).toContain('There is no "nonsense"');
    expect(out).toContain("from wp_users");
    expect(code).toBe(0);
  });
});

function command(program: string, args: readonly string[], input: string): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(program, args, { env: { PATH: process.env.PATH ?? "", NO_COLOR: "1" } });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk));
    child.on("close", (code) => done({ code: code ?? -1, out, err }));
    child.stdin.end(input);
  });
}
