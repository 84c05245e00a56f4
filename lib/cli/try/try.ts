import { parseArgs } from "node:util";
import { loadMigration } from "../load-migration.ts";
import { isPoolId, poolIdFault } from "../pool-arguments.ts";
import { root } from "../root.ts";
import { secretsFile } from "../secrets-file.ts";
import { readTriedPool } from "./tried-pool.ts";
import { tryUser } from "./try-user.ts";

const help = `Usage: npm run samekey -- try <user name, e-mail or phone> [options]

Asks your legacy store for one user as the migration trigger would, with your migration.config.ts: shows what was found
and the exact attributes that the user pool would get, says which rules of the pool the user would break, then asks for
the password and checks it. Nothing is written. The exit code is 1 when something stands in the way.

  --no-password       only looks the user up
  --user-pool-id ID   the pool whose rules are checked; without it the one that \`wire\` has wired from this folder
  --region REGION     default: the pool's own
  --local             the pool of a running npm start instead
  --taken             also asks the pool whether another user has the name, e-mail address or phone number
  --demo              the demo's config instead of yours

Secrets come from ${secretsFile} where it is there, else from AWS Secrets Manager with your usual AWS credentials. The
pool is read with cognito-idp:DescribeUserPool, and with --taken cognito-idp:ListUsers: neither can change anything.
`;

/** `samekey try`: the adopter's config against the live legacy store and the pool's rules. Exit code 2: wrong arguments. */
export async function runTry(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      "no-password": { type: "boolean", default: false },
      "user-pool-id": { type: "string" },
      region: { type: "string" },
      local: { type: "boolean", default: false },
      taken: { type: "boolean", default: false },
      demo: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [typed] = positionals;
  if (values.help || typed === undefined || positionals.length > 1) {
    (values.help ? process.stdout : process.stderr).write(help);
    return values.help ? 0 : 2;
  }
  const { "user-pool-id": userPoolId, region, local, demo, taken } = values;
  const fault = argumentFault(userPoolId, local);
  if (fault !== undefined) {
    process.stderr.write(`${fault}\n\n${help}`);
    return 2;
  }
  const migration = await loadMigration(demo ? "demo" : "mine");
  // A recorded pool is that of the adopter's config, never of the demo's.
  const tried = await readTriedPool({ userPoolId, region, local, recorded: !demo }, root);
  try {
    if (tried.kind === "none" && tried.asked) {
      process.stderr.write(`${tried.text}\n`);
      return 1;
    }
    return await tryUser({ migration, tried, taken, withPassword: !values["no-password"] }, typed);
  } finally {
    if (tried.kind === "read") tried.cognito.destroy();
    for (const source of migration.sources) await source.close?.();
  }
}

function argumentFault(userPoolId: string | undefined, local: boolean): string | undefined {
  if (userPoolId === undefined) return undefined;
  if (local) return "--user-pool-id and --local name two pools; only one can be checked.";
  return isPoolId(userPoolId) ? undefined : poolIdFault(userPoolId);
}
