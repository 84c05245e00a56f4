import { join } from "node:path";
import { parseArgs } from "node:util";
import { wire } from "../wiring/wire.ts";
import { loadMigration } from "./load-migration.ts";
import { isPoolId, openAws, orReason, poolIdFault, regionOf } from "./pool-arguments.ts";
import { root } from "./root.ts";

const help = `Gives a user pool that is there Samekey's triggers. Deploy with --param "pool=existing" first.

  npm run samekey -- wire --user-pool-id ID [options]

  --user-pool-id ID   the pool, as eu-west-1_AbCdEfGhI
  --stack NAME        service and stage of the deployed functions (default: samekey-dev)
  --dry-run           prints the difference and the equivalent CloudFormation, changes nothing
  --replace           takes over a trigger slot that has another function
  --check-users N     how many of the pool's users are looked up in the legacy stores (default: 1000, 0 for none)
  --region REGION     default: the pool's own
  --help              this text
`;

/** `samekey wire`: reads the arguments, answers the exit code (2: the arguments are wrong). */
export async function runWire(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      "user-pool-id": { type: "string", default: "" },
      stack: { type: "string", default: "samekey-dev" },
      "dry-run": { type: "boolean", default: false },
      replace: { type: "boolean", default: false },
      "check-users": { type: "string", default: "1000" },
      region: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const { "user-pool-id": userPoolId, "check-users": checkUsers } = values;
  if (!isPoolId(userPoolId) || !/^[0-9]{1,5}$/.test(checkUsers)) {
    const fault = isPoolId(userPoolId) ? `--check-users: ${checkUsers}, allowed are 0 to 99999.` : undefined;
    process.stderr.write(`${fault ?? poolIdFault(userPoolId)}\n\n${help}`);
    return 2;
  }
  const options = {
    userPoolId,
    stack: values.stack,
    replace: values.replace,
    dryRun: values["dry-run"],
    checkUsers: Number(checkUsers),
  };
  const migration = await loadMigration("mine");
  const services = {
    ...openAws(values.region ?? regionOf(userPoolId)),
    migration,
    folder: join(root, ".samekey"),
    now: () => new Date(),
    print: (text: string) => void process.stdout.write(`${text}\n`),
  };
  try {
    return await orReason(() => wire(options, services));
  } finally {
    await Promise.all(migration.sources.map((source) => source.close?.()));
  }
}
