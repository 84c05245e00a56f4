import { parseArgs } from "node:util";
import { openPeople, type Said } from "../local/run/people.ts";
import { legacyVerdictKey } from "../protocols/cognito-trigger.ts";
import { openLocalPool } from "./local-pool.ts";
import { bad, dim, good } from "./paint.ts";
import { askHidden } from "./prompt.ts";
import { root } from "./root.ts";

const help = `Usage: npm run samekey -- sign-in <user name or e-mail> [--forgot] [--legacy WORD]

Signs somebody in at the simulator of a running npm start, through the official AWS SDK, as an app would. The password
is asked for, or read from standard input; it is never an argument, since arguments stay in the shell's history.

  --forgot        says that the password is forgotten, then asks for the code (npm start shows it) and a new password
  --legacy WORD   tells, as an app does in a shadow run, what the old sign-in decided: accepted or refused
`;

/** `samekey sign-in`: an app's sign-in from a second terminal. */
export async function runSignIn(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      forgot: { type: "boolean", default: false },
      legacy: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [user] = positionals;
  const { legacy } = values;
  const isWord = legacy === undefined || legacy === "accepted" || legacy === "refused";
  if (values.help || user === undefined || positionals.length > 1 || !isWord) {
    (values.help ? process.stdout : process.stderr).write(help);
    return values.help ? 0 : 2;
  }
  const local = await openLocalPool(root);
  if (local === undefined) {
    process.stderr.write(`${bad("npm start does not run.")} Start it in another terminal, then try again.\n`);
    return 1;
  }
  const people = openPeople({ cognito: local.cognito, pool: local });
  if (values.forgot) {
    const asked = await people.forget(user);
    if (asked.kind === "no") return tell(asked, 0);
    const code = await askHidden("Code (npm start shows it; it is not shown here): ");
    return timed(async () => people.chooseNew(user, code, await askHidden("New password: ")));
  }
  const password = await askHidden("Password: ");
  return timed(() => people.signIn(user, password, legacy === undefined ? undefined : { [legacyVerdictKey]: legacy }));
}

async function timed(act: () => Promise<Said>): Promise<number> {
  const startedAt = performance.now();
  return tell(await act(), Math.round(performance.now() - startedAt));
}

function tell(said: Said, ms: number): number {
  const time = ms === 0 ? "" : dim(`  ${ms} ms`);
  process.stdout.write(
    said.kind === "yes" ? `${good("✓")} done${time}\n` : `${bad("✗")} ${said.name}: ${said.text}${time}\n`,
  );
  return said.kind === "yes" ? 0 : 1;
}
