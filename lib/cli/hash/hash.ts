import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import type { HashParams } from "../../core/hash-family.ts";
import { Secret } from "../../core/secret.ts";
import { aligned, bad, bold, dim, good } from "../paint.ts";
import { askHidden } from "../prompt.ts";
import { runDoctor } from "./doctor-command.ts";
import { identify } from "./identify.ts";
import { families } from "./registry.ts";
import { checkBatch, checkPassword } from "./verify.ts";

const help = `Usage: npm run samekey -- hash <command> [options]

  identify [STRING]            what a stored string could be, why, and how sure that is
  verify [STRING] [options]    checks one password against a stored string
  verify --batch FILE          checks many: JSON lines {"format","hash","params","password_hex"}; prints one JSON line
                               each, {"line","verdict":"match"|"mismatch"|"refused","code"?}
  doctor [STRING] [options]    finds out how a known password was stored: prints the line for migration.config.ts
  formats                      lists all formats

  --format ID       the format, where the string does not tell it (verify)
  --salt TEXT       what stands in the salt column (verify, doctor)
  --username TEXT   the user's name, where the format hashes it too (verify, doctor)
  --params JSON     whatever else stands beside the string, as the batch lines have it (verify)
  --secret-prompt   asks for a site-wide key (pepper) as well (doctor)

A STRING that is not given is read from standard input. The password is asked for, or read from standard input after it;
it is never an argument, since arguments stay in the shell's history.
`;

/** `samekey hash`: what a stored password is, and whether a password is right. */
export async function runHash(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      batch: { type: "string" },
      format: { type: "string" },
      salt: { type: "string" },
      username: { type: "string" },
      params: { type: "string" },
      "secret-prompt": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [command, given, ...rest] = positionals;
  if (values.help || command === undefined || rest.length > 0) {
    (values.help ? process.stdout : process.stderr).write(help);
    return values.help ? 0 : 2;
  }
  const lines = openLines();
  try {
    switch (command) {
      case "identify":
        return runIdentify(given ?? (await lines.next("Stored string: ")));
      case "verify":
        if (values.batch !== undefined) return await runBatch(values.batch);
        return await runVerify(given ?? (await lines.next("Stored string: ")), values, lines);
      case "doctor": {
        const encoded = given ?? (await lines.next("Stored string: "));
        const password = Secret.fromText(await lines.hidden("A password that is known to be right for it: "));
        const pepper = values["secret-prompt"] ? Secret.fromText(await lines.hidden("Site-wide key: ")) : undefined;
        return await runDoctor({ encoded, password, salt: values.salt, username: values.username, pepper });
      }
      case "formats":
        return runFormats();
      default:
        process.stderr.write(`${bad(`There is no command ${JSON.stringify(command)}.`)}\n\n${help}`);
        return 2;
    }
  } finally {
    lines.close();
  }
}

function runIdentify(encoded: string): number {
  const candidates = identify(encoded.trim());
  if (candidates.length === 0) {
    print(
      `${bad("Nothing that is known looks like that.")} If you know a password for it: npm run samekey -- hash doctor`,
    );
    return 1;
  }
  const marks = { certain: good("certain "), damaged: bad("damaged "), possible: dim("possible") } as const;
  for (const { format, sure, reason, line } of candidates) {
    print(
      `${marks[sure]}  ${bold(format)}\n${aligned(
        [
          ["why", reason],
          ["config", line],
        ],
        "            ",
      )}`,
    );
  }
  if (candidates.every(({ sure }) => sure === "possible")) {
    print(dim("\nA bare string is never guessed: name its format in the row, or make sure with hash doctor."));
  }
  return 0;
}

async function runVerify(
  encoded: string,
  values: { readonly format?: string; readonly salt?: string; readonly username?: string; readonly params?: string },
  lines: Lines,
): Promise<number> {
  const params = { ...parseParams(values.params), ...pick({ salt: values.salt, username: values.username }) };
  const password = Secret.fromText(await lines.hidden("Password: "));
  const answer = await checkPassword({ format: values.format, hash: encoded.trim(), params, password });
  switch (answer.verdict) {
    case "match":
      print(`${good("✓")} The password is right.`);
      return 0;
    case "mismatch":
      print(`${bad("✗")} The password is wrong.`);
      return 1;
    case "refused":
      print(`${bad("✗")} Refused: ${answer.code}  ${answer.message}`);
      return 1;
  }
}

async function runBatch(file: string): Promise<number> {
  for await (const answer of checkBatch(file)) print(JSON.stringify(answer));
  return 0;
}

function runFormats(): number {
  for (const { name, title, dialects } of families) {
    print(`${bold(name)}  ${dim(title)}`);
    print(
      aligned(
        dialects.map(({ id, beside, usedBy }) => [
          id,
          beside === undefined ? usedBy : `${usedBy} ${dim(`(with ${beside})`)}`,
        ]),
      ),
    );
  }
  print(
    dim(`\n${families.length} families, ${families.reduce((sum, { dialects }) => sum + dialects.length, 0)} dialects`),
  );
  return 0;
}

function parseParams(text: string | undefined): HashParams {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as HashParams;
  } catch {
    // Told below: the parser's message would repeat what may be a secret.
  }
  throw Object.assign(new Error("--params is no JSON object"), { code: "ERR_PARSE_ARGS_INVALID_OPTION_VALUE" });
}

function pick(params: Readonly<Record<string, string | undefined>>): HashParams {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}

interface Lines {
  next(question: string): Promise<string>;
  hidden(question: string): Promise<string>;
  close(): void;
}

/** Questions at a terminal; the lines of standard input, one after another, where there is none. */
function openLines(): Lines {
  if (process.stdin.isTTY) {
    return { next: askVisible, hidden: askHidden, close: () => undefined };
  }
  let reader: ReturnType<typeof createInterface> | undefined;
  let lines: AsyncIterator<string> | undefined;
  const next = async (): Promise<string> => {
    reader ??= createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
    lines ??= reader[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    if (done === true)
      throw Object.assign(new Error("standard input ended too early"), { code: "ERR_PARSE_ARGS_INPUT" });
    return value;
  };
  return { next, hidden: next, close: () => reader?.close() };
}

function askVisible(question: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    reader.question(question, (line) => {
      reader.close();
      resolve(line);
    });
  });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
