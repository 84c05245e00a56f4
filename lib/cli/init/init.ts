import { parseArgs } from "node:util";
import { bad, bold, dim, good } from "../paint.ts";
import { root } from "../root.ts";
import { secretsFile } from "../secrets-file.ts";
import { configFile, type Present, readPresent, writeConfig } from "./config-file.ts";
import { configText } from "./config-text.ts";
import { type Choice, choose, openPerson, type Person } from "./questions.ts";
import { schemas } from "./schemas.ts";
import { sourceNames, startingSources } from "./sources.ts";
import { sqlWriters } from "./sql-writer.ts";
import {
  allowedUserNames,
  configOf,
  nameOf,
  readStore,
  readUserNames,
  type Store,
  schemasOn,
  secretsOf,
  sqlWriterOf,
} from "./store.ts";

const help = `Usage: npm run samekey -- init [--source NAME] [--schema NAME] [options]

Writes ${configFile} for the store that you have. At a terminal it asks for what is not said.

  --source NAME       ${listed(sourceNames, 22)}
  --schema NAME       whose tables a SQL source has (default: plain):
                      ${listed(
                        schemas.map(({ name }) => name),
                        22,
                      )}
  --user-names NAME   how the user pool names its users: email, phone, username or alias (default: the schema's usual)
  --print             prints the config and writes nothing
  --force             writes it also where ${configFile} has changes of yours, and keeps them in ${configFile}.bak
  --help              this text

docs/init.md tells what each schema takes for granted.
`;

/** Where the command stands: the clone, and who is asked. */
export interface InitSurroundings {
  readonly folder: string;
  /** Absent without a terminal: then nobody is asked. */
  readonly openPerson?: () => Person;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const here: InitSurroundings = {
  folder: root,
  ...(process.stdin.isTTY && process.stderr.isTTY
    ? { openPerson: () => openPerson(process.stdin, process.stderr) }
    : {}),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/** `samekey init`: reads the arguments, asks for the rest, answers the exit code (2: the arguments are wrong). */
export async function runInit(args: readonly string[], surroundings: InitSurroundings = here): Promise<number> {
  const { folder, out, err } = surroundings;
  const { values } = parseArgs({
    args: [...args],
    options: {
      source: { type: "string" },
      schema: { type: "string" },
      "user-names": { type: "string" },
      print: { type: "boolean", default: false },
      force: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    out(help);
    return 0;
  }
  const words: Words = { source: values.source, schema: values.schema, userNames: values["user-names"] };
  const refusal = wordsFault(words, surroundings.openPerson !== undefined);
  if (refusal !== undefined) {
    err(`${bad(refusal)}\n\n${help}`);
    return 2;
  }
  // Before anything is asked: nobody shall answer in vain.
  const present = await readPresent(folder);
  if (present === "changed" && !values.force && !values.print) {
    err(`${bad(`${configFile} has changes of yours, and stays as it is.`)}\n`);
    err(`  --print shows the new config, --force writes it and keeps yours in ${configFile}.bak\n`);
    return 1;
  }
  const answered = await complete(words, surroundings);
  if (typeof answered === "string") {
    err(`${bad(answered)}\n`);
    return 2;
  }
  const text = configText(configOf(answered.store, answered.userNames));
  if (values.print) out(text);
  else out(told(answered.store, await writeConfig(folder, text, present), present));
  return 0;
}

interface Words {
  readonly source: string | undefined;
  readonly schema: string | undefined;
  readonly userNames: string | undefined;
}

type Answered = Exclude<ReturnType<typeof readUserNames>, string> & { readonly store: Store };

/** What is wrong with the words that were given, as far as can be told before the rest is asked. */
function wordsFault({ source, schema, userNames }: Words, canAsk: boolean): string | undefined {
  if (source === undefined) {
    return canAsk ? undefined : `--source is missing; allowed are ${sourceNames.join(", ")}.`;
  }
  const store = readStore(source, schema);
  if (typeof store === "string") return store;
  // With a schema that is still to be asked for, the names are checked when it is known.
  if (schema === undefined && store.kind === "sql" && canAsk) return undefined;
  const read = readUserNames(store, userNames);
  return typeof read === "string" ? read : undefined;
}

/** Asks for what the words leave open; a text of ours tells why that cannot be. */
async function complete(words: Words, { openPerson: open }: InitSurroundings): Promise<Answered | string> {
  const person = words.source !== undefined && words.schema !== undefined ? undefined : open?.();
  try {
    const source = words.source ?? (await ask(person, "Where are your users?", sourceChoices()));
    if (source === undefined) return "The answers ended early; nothing is written.";
    const isOpen = sqlWriterOf(source) !== undefined && words.schema === undefined && person !== undefined;
    const schema = isOpen ? await ask(person, "Whose tables are they?", choicesOf(schemasOn(source))) : words.schema;
    if (isOpen && schema === undefined) return "The answers ended early; nothing is written.";
    const store = readStore(source, schema);
    if (typeof store === "string") return store;
    const question = "What do people type to sign in, and so what does the user pool name them by?";
    const userNames = words.userNames ?? (person && (await ask(person, question, userNameChoices(store))));
    if (person !== undefined && userNames === undefined) return "The answers ended early; nothing is written.";
    const read = readUserNames(store, userNames);
    return typeof read === "string" ? read : { store, ...read };
  } finally {
    person?.close();
  }
}

async function ask(
  person: Person | undefined,
  question: string,
  choices: readonly Choice[],
): Promise<string | undefined> {
  const [first, ...rest] = choices;
  if (person === undefined || first === undefined) return undefined;
  return rest.length === 0 ? first.name : choose(person, question, [first, ...rest]);
}

function sourceChoices(): readonly Choice[] {
  return choicesOf([
    ...Object.values(sqlWriters).map(({ source, title }) => ({ name: source, title })),
    ...startingSources,
  ]);
}

function choicesOf(some: readonly Choice[]): readonly Choice[] {
  return some.map(({ name, title }) => ({ name, title }));
}

const typed = {
  email: "the e-mail address",
  phone: "the phone number",
  username: "a user name",
  alias: "a user name, or an alias of it: the e-mail address",
} as const;

function userNameChoices(store: Store): readonly Choice[] {
  return allowedUserNames(store).map((name) => ({ name, title: typed[name] }));
}

function told(store: Store, copy: string | undefined, present: Present): string {
  const secrets = Object.entries(secretsOf(store));
  const kept = copy === undefined ? "" : dim(`  (yours is ${copy} now)`);
  const steps = [
    `Read it: its comments say what to check.${present === "changed" ? " Take over what you need of yours." : ""}`,
    secrets.length === 0
      ? "Have AWS credentials for what it asks in your environment."
      : `Put the ${secrets.length === 1 ? "secret" : "secrets"} into ${secretsFile}, which git ignores:\n     ${JSON.stringify(Object.fromEntries(secrets))}`,
    `Ask your store for one user; nothing is written there:\n     ${bold("npm run samekey -- try ann@example.org")}`,
  ];
  const rows = steps.map((step, index) => `  ${index + 1}. ${step}\n`);
  return `${good("✓")} ${configFile} is written for ${nameOf(store)}.${kept}\n\n${rows.join("")}`;
}

/** Names in lines of a help text. */
function listed(names: readonly string[], indent: number): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length < 90) lines[lines.length - 1] = `${last}, ${name}`;
    else lines.push(name);
  }
  return lines.join(`,\n${" ".repeat(indent)}`);
}
