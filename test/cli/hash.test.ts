import { spawn } from "node:child_process";
import { createHash, pbkdf2Sync, scryptSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bcrypt } from "hash-wasm";
import { describe, expect, it, onTestFinished } from "vitest";
import { diagnose } from "../../lib/cli/hash/doctor.ts";
import { identify } from "../../lib/cli/hash/identify.ts";
import { Secret } from "../../lib/core/secret.ts";

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command as a person runs it, standard input in place of the terminal. */
function samekey(args: readonly string[], input = ""): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [resolve("lib/cli/samekey.ts"), "hash", ...args], {
      env: { PATH: process.env.PATH ?? "", NO_COLOR: "1" },
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk));
    child.on("close", (code) => done({ code, out, err }));
    child.stdin.end(input);
  });
}

const md5 = (text: string) => createHash("md5").update(text).digest("hex");
const password = Secret.fromText("pässwörd 7");
const typed = "pässwörd 7";

describe("samekey hash identify", () => {
  it("is certain of a whole string that says what it is", () => {
    const [first] = identify("$2b$10$DLnaLO9OKf4zi6m1.56XKuAgK331rawyyQrc/InUXgTFHziv4q2Xi");
    expect(first).toMatchObject({ format: "bcrypt", sure: "certain", line: "bcrypt()" });
  });

  it("says of a damaged one what is wrong with it", () => {
    const [first] = identify("$2b$10$short");
    expect(first).toMatchObject({ format: "bcrypt", sure: "damaged" });
    expect(first?.reason).toContain("HASH_DAMAGED");
  });

  it("never guesses a bare digest: every candidate is only possible", () => {
    const candidates = identify(md5("x"));
    expect(candidates.length).toBeGreaterThan(3);
    expect(candidates.every(({ sure }) => sure === "possible")).toBe(true);
    expect(candidates.map(({ format }) => format)).toContain("raw-md5");
  });

  it("knows of a text that is no hash only that it may be the password itself", () => {
    const candidates = identify("no hash at all");
    expect(candidates.every(({ format, sure }) => format.endsWith("plaintext") && sure === "possible")).toBe(true);
  });
});

describe("samekey hash doctor", () => {
  const utf16 = (text: string) => Buffer.from(text, "utf16le");
  const cases: readonly (readonly [string, () => Promise<string> | string, Record<string, string>, string])[] = [
    ["a digest before a salt", () => md5(`${typed}s1`), { salt: "s1" }, 'digest({ expression: "md5($pass.$salt)" })'],
    [
      "a digest inside a digest",
      () => md5(`${md5(typed)}s1`),
      { salt: "s1" },
      'digest({ expression: "md5(md5($pass).$salt)" })',
    ],
    [
      "UTF-16",
      () => createHash("sha1").update(utf16(typed)).digest("hex"),
      {},
      'digest({ expression: "sha1($pass)", passwordEncoding: "utf16le" })',
    ],
    [
      "bcrypt over MD5",
      () => bcrypt({ password: md5(typed), salt: Buffer.alloc(16, 7), costFactor: 4, outputType: "encoded" }),
      {},
      'bcryptWrapped({ digest: "md5", encoding: "hex" })',
    ],
    [
      "PBKDF2 with a salt column",
      () => pbkdf2Sync(typed, "salty", 12_000, 32, "sha256").toString("hex"),
      { salt: "salty" },
      'pbkdf2Columns({ digest: "sha256", iterations: 12000, salt: { encoding: "text" }, encoding: "hex" })',
    ],
    [
      "scrypt with a salt column",
      () => scryptSync(typed, "salty", 64).toString("hex"),
      { salt: "salty" },
      'scryptColumns({ n: 16384, r: 8, p: 1, encoding: "hex", salt: "text" })',
    ],
  ];

  it.each(cases)("finds %s", async (_, make, beside, line) => {
    const found = await diagnose({ encoded: await make(), password, ...beside });
    expect(found).toMatchObject({ line });
  });

  it("writes a site-wide key as the secret that it should be, never as its value", async () => {
    const encoded = md5(`${typed}pepper-of-the-site`);
    const found = await diagnose({ encoded, password, pepper: Secret.fromText("pepper-of-the-site") });
    expect(found).toMatchObject({
      line: 'digest({ expression: "md5($pass.$pepper)", pepper: secret("samekey/pepper") })',
    });
    expect(JSON.stringify(found)).not.toContain("pepper-of-the-site");
  });

  it("says how many ways were tried when none fits", async () => {
    expect(await diagnose({ encoded: md5("something else"), password })).toBeGreaterThan(300);
  });
});

describe("samekey hash, on the command line", () => {
  it("verifies with the password from standard input and tells by the exit code", async () => {
    const right = await samekey(["verify", md5(typed), "--format", "raw-md5"], `${typed}\n`);
    expect(right).toMatchObject({ code: 0 });
    const wrong = await samekey(["verify", md5("other"), "--format", "raw-md5"], `${typed}\n`);
    expect(wrong).toMatchObject({ code: 1 });
    expect(`${right.out}${right.err}${wrong.out}${wrong.err}`).not.toContain(typed);
  });

  it("answers one JSON line for each line of a batch, whatever the line is", async () => {
    const folder = await mkdtemp(join(tmpdir(), "samekey-batch-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const hex = Buffer.from(typed).toString("hex");
    const lines = [
      { format: "raw-md5", hash: md5(typed), params: {}, password_hex: hex },
      { format: "raw-md5", hash: md5("other"), params: {}, password_hex: hex },
      {
        format: "bcrypt",
        hash: "$2b$31$DLnaLO9OKf4zi6m1.56XKuAgK331rawyyQrc/InUXgTFHziv4q2Xi",
        params: {},
        password_hex: hex,
      },
      { format: "no-such-format", hash: "x", params: {}, password_hex: hex },
    ];
    const file = join(folder, "batch.jsonl");
    await writeFile(file, `${lines.map((line) => JSON.stringify(line)).join("\n")}\nno JSON\n`);
    const { code, out } = await samekey(["verify", "--batch", file]);
    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { line: 1, verdict: "match" },
      { line: 2, verdict: "mismatch" },
      { line: 3, verdict: "refused", code: "HASH_TOO_COSTLY" },
      { line: 4, verdict: "refused", code: "HASH_UNKNOWN" },
      { line: 5, verdict: "refused", code: "EVENT_INVALID" },
    ]);
  });

  it("lists all formats", async () => {
    const { code, out } = await samekey(["formats"]);
    expect(code).toBe(0);
    for (const id of ["django-pbkdf2-sha256", "phpass", "yescrypt", "raw-md5"]) expect(out).toContain(id);
  });

  it.each([[["nonsense"]], [[]], [["verify", "x", "--params", "{"]], [["verify", "x", "--password", "y"]]])(
    "shows how it is used for %j",
    async (args) => {
      const { code, err } = await samekey(args, "p\n");
      expect(code).toBe(2);
      expect(err).toMatch(/Usage|--help/);
    },
  );
});
