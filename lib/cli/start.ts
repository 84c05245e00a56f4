import { join } from "node:path";
import { parseArgs } from "node:util";
import type { LogLine } from "../aws/log.ts";
import { hasStreamWork } from "../config/define-migration.ts";
import type { UserNames } from "../core/platform-name.ts";
import type { ConfigChoice } from "../local/bundle.ts";
import { type Observer, openObserver } from "../local/run/observer.ts";
import { type Stack, startStack } from "../local/run/stack.ts";
import { openScene, story } from "../local/run/story.ts";
import { loadMigration } from "./load-migration.ts";
import {
  localEnvironmentFile,
  removeLocalEnvironment,
  removeLocalEnvironmentNow,
  writeLocalEnvironment,
} from "./local-environment.ts";
import { aligned, bad, bold, dim, good } from "./paint.ts";
import { root } from "./root.ts";
import { readSecretsFile, secretsFile } from "./secrets-file.ts";
import { tellStep } from "./tell-step.ts";

const help = `Usage: npm start [-- options]

Runs Samekey whole on this machine, on the loopback interface only: a simulator of the Cognito user pool, the
functions as they are bundled for Lambda, DynamoDB, Secrets Manager and a legacy database with some hundred people.
Tells a story with the official AWS SDK as the client, then stays up. Ctrl-C ends it.

  --once   ends after the story; exit code 1 when a step was not as promised
  --mine   runs your migration.config.ts instead of the demo's, against your legacy store; tells no story.
           Its secrets are read from ${secretsFile}
  --logs   shows the functions' log lines
`;

/** `npm start`: the embedded run. */
export async function runStart(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: "boolean", default: false },
      mine: { type: "boolean", default: false },
      logs: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const config: ConfigChoice = values.mine ? "mine" : "demo";
  const ended = endOfRun();
  const startedAt = performance.now();
  const print = (text: string) => process.stdout.write(`${text}\n`);

  print(`\n${bold("Samekey on this machine")}${dim("  starting …")}`);
  const migration = await loadMigration(config);
  const { mode, userNames, vault } = migration;
  const observer = openObserver();
  const codes = new Map<string, string>();
  const stack = await startStack({
    root,
    config,
    userNames,
    secrets: values.mine ? ((await readSecretsFile(root)) ?? {}) : {},
    hasStreamWork: hasStreamWork(migration),
    ...(vault === undefined ? {} : { vaultKey: vault.key.id }),
    ...(values.mine ? {} : { legacySql: join(root, "examples/demo/legacy.sql") }),
    onInvoke: observer.onInvoke,
    onPoolEvent: observer.onPoolEvent,
    onLog: ({ functionName, text }) => {
      if (values.logs) print(dim(`     ${functionName}  ${text.trimEnd()}`));
      else if (text.includes('"outcome":"fault"')) print(describeFaultLine(functionName, text));
    },
    deliver: ({ destination, code, purpose }) => {
      codes.set(destination, code);
      print(dim(`     (a code goes to ${destination}, for ${purpose}: ${code})`));
    },
  });
  const removeNow = () => removeLocalEnvironmentNow(root);
  try {
    print(describeStack(stack, userNames, config, performance.now() - startedAt));
    if (mode === "shadow") print(shadowNote);
    if (await writeLocalEnvironment(root, stack.environment)) process.once("exit", removeNow);
    else print(`  ${bad("note")}  ${localEnvironmentFile} is there already and not ours, so it was left alone`);
    if (config === "mine") {
      print(hintsForMine());
      if (values.once) return 0;
      await ended.promise;
      return 0;
    }
    const broken = await tellStory(stack, observer, codes, print, () => ended.over());
    print(summary(broken, performance.now() - startedAt));
    if (values.once || ended.over()) return broken === 0 ? 0 : 1;
    print(hints());
    await ended.promise;
    return broken === 0 ? 0 : 1;
  } finally {
    print(dim("\nstopping …"));
    await removeLocalEnvironment(root);
    process.off("exit", removeNow);
    await stack.stop();
  }
}

async function tellStory(
  stack: Stack,
  observer: Observer,
  codes: ReadonlyMap<string, string>,
  print: (text: string) => void,
  over: () => boolean,
): Promise<number> {
  const scene = openScene(stack, codes);
  let broken = 0;
  for (const [index, step] of story.entries()) {
    if (over()) break;
    const told = await tellStep(step, index + 1, scene, observer);
    print(told.text);
    if (!told.kept) broken += 1;
  }
  return broken;
}

function describeStack(stack: Stack, userNames: UserNames, config: ConfigChoice, ms: number): string {
  const { environment, pool } = stack;
  const legacy =
    stack.legacy === undefined
      ? "yours, as migration.config.ts says"
      : "PostgreSQL, 311 people, passwords in six formats";
  const rows: [string, string][] = [
    ["user pool", `${pool.poolId}, app client ${pool.clientId}, user names: ${userNames}`],
    ["", dim(`simulator of Amazon Cognito's triggers at ${environment.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER}`)],
    ["functions", `bundled as they are deployed, with ${config === "demo" ? "examples/demo/" : ""}migration.config.ts`],
    ["ledger", `table ${stack.table}, DynamoDB at ${environment.AWS_ENDPOINT_URL_DYNAMODB}`],
    ["legacy", legacy],
  ];
  return `${aligned(rows)}\n${dim(`  up after ${(ms / 1000).toFixed(1)} s`)}`;
}

const shadowNote = `  ${bold('mode: "shadow"')}  every sign-in is refused, and npm run samekey -- status --local says what it would have come to`;

function summary(broken: number, ms: number): string {
  const time = dim(`  ${(ms / 1000).toFixed(1)} s in all`);
  if (broken === 0) return `\n${good("✓")} ${bold("Every step was as promised.")}${time}`;
  return `\n${bad("✗")} ${bold(`${broken} of ${story.length} steps were not as promised.`)}${time}`;
}

function hints(): string {
  const tries = [
    [
      "npm run samekey -- sign-in chiara.costa",
      "her password is Chiara-remembers-33; everybody is in examples/demo/legacy.sql",
    ],
    ["npm run samekey -- sign-in ada --forgot", "a forgotten password; the code appears here"],
    [
      "npx serverless invoke local --stage local --function userMigration --path examples/events/user-migration.json",
      "one function with one event, outside the pool",
    ],
  ] as const;
  return `
${bold("Try more")}, from a second terminal while this one runs:
${tries.map(([command, what]) => `  ${command}\n     ${dim(what)}`).join("\n")}
Ctrl-C ends it.`;
}

function hintsForMine(): string {
  return `
${bold("Your config runs.")} From a second terminal:
${aligned([["npm run samekey -- sign-in <user>", "signs in a user of your legacy store; nothing is written to that store"]])}
Ctrl-C ends it.`;
}

/** A fault of a function is always told: who signs in is only told that it is not possible at the moment. */
function describeFaultLine(functionName: string, text: string): string {
  const { code = "fault", message = "", causes = [] } = JSON.parse(text) as Partial<LogLine>;
  return `     ${bad(code)}  ${functionName}: ${message}${causes.length > 1 ? dim(` (${causes.slice(1).join(", ")})`) : ""}`;
}

/** Resolves at the first Ctrl-C or SIGTERM; at the second one the process ends at once. */
function endOfRun(): { readonly promise: Promise<void>; over(): boolean } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let over = false;
  const end = () => {
    if (over) process.exit(130);
    over = true;
    resolve();
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  return { promise, over: () => over };
}
