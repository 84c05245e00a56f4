import { MigrationError } from "../core/errors.ts";
import { bad } from "./paint.ts";

// Each command is loaded when it is called: `samekey --help` needs none of them.
const commands: Readonly<
  Record<string, { readonly what: string; readonly run: (args: readonly string[]) => Promise<number> }>
> = {
  start: {
    what: "the whole of Samekey on this machine, with a story that it tells (npm start)",
    run: async (args) => (await import("./start.ts")).runStart(args),
  },
  init: {
    what: "writes migration.config.ts for the store that you have: Django, Devise, Laravel, WordPress, a directory, …",
    run: async (args) => (await import("./init/init.ts")).runInit(args),
  },
  try: {
    what: "asks your legacy store for one user, checks one password, shows what the pool would get and refuse",
    run: async (args) => (await import("./try/try.ts")).runTry(args),
  },
  "sign-in": {
    what: "signs somebody in while npm start runs, from a second terminal",
    run: async (args) => (await import("./sign-in.ts")).runSignIn(args),
  },
  hash: {
    what: "what a stored password is, and whether a password is right: identify, verify, doctor, formats",
    run: async (args) => (await import("./hash/hash.ts")).runHash(args),
  },
  status: {
    what: "how many users have moved; in a shadow run, whether Samekey decides as the old system does",
    run: async (args) => (await import("./status/status.ts")).runStatus(args),
  },
  import: {
    what: "puts the users of an export into the vault, so that the legacy store can be switched off",
    run: async (args) => (await import("./import/import.ts")).runImportCommand(args),
  },
  drift: {
    what: "who has moved and has another password or status in the legacy store since",
    run: async (args) => (await import("./drift.ts")).runDrift(args),
  },
  block: {
    what: "stops a user: in the ledger, and disabled and signed out in the pool",
    run: async (args) => (await import("./operate/block.ts")).runBlock(args),
  },
  unblock: {
    what: "lets a blocked user in again",
    run: async (args) => (await import("./operate/block.ts")).runUnblock(args),
  },
  erase: {
    what: "erases a user for good (GDPR), in the ledger and in the pool; --lift takes it back",
    run: async (args) => (await import("./operate/erase.ts")).runErase(args),
  },
  reopen: {
    what: "lets a moved user who was deleted in the pool migrate again",
    run: async (args) => (await import("./operate/reopen.ts")).runReopen(args),
  },
  relink: {
    what: "gives an identifier that the wrong user has to the other one",
    run: async (args) => (await import("./operate/relink.ts")).runRelink(args),
  },
  audit: {
    what: "a user's history, free of anything personal",
    run: async (args) => (await import("./operate/audit.ts")).runAudit(args),
  },
  reconcile: {
    what: "settles lost proofs, stranded resets and erasures that raced, by looking at the pool",
    run: async (args) => (await import("./operate/reconcile.ts")).runReconcile(args),
  },
  wire: {
    what: "sets a user pool's triggers to the deployed functions",
    run: async (args) => (await import("./wire.ts")).runWire(args),
  },
  unwire: {
    what: "gives a user pool its former triggers back",
    run: async (args) => (await import("./unwire.ts")).runUnwire(args),
  },
};

function help(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const rows = Object.entries(commands).map(([name, { what }]) => `  ${name.padEnd(width)}  ${what}`);
  return `Usage: npm run samekey -- <command> [options]\n\n${rows.join("\n")}\n\nnpm run samekey -- <command> --help tells more of each.\n`;
}

const [name = "--help", ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;

if (command === undefined) {
  const asked = name === "--help" || name === "-h" || name === "help";
  if (!asked) process.stderr.write(`${bad(`There is no command ${JSON.stringify(name)}.`)}\n\n`);
  (asked ? process.stdout : process.stderr).write(help());
  process.exitCode = asked ? 0 : 2;
} else {
  try {
    process.exitCode = await command.run(args);
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = isUsage(error) ? 2 : 1;
  }
}

function describe(error: unknown): string {
  if (error instanceof MigrationError)
    return `${bad(error.code)}  ${error.message}\n  docs/errors.md#${error.code.toLowerCase()} tells what to do.`;
  if (isUsage(error))
    return `${bad("samekey")}  ${(error as Error).message}\n  npm run samekey -- ${name} --help shows the options.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Whether node:util's parseArgs refused the arguments. */
function isUsage(error: unknown): boolean {
  return error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
}
