import { join } from "node:path";
import { parseArgs } from "node:util";
import { unwire } from "../wiring/unwire.ts";
import { isPoolId, openAws, orReason, poolIdFault, regionOf } from "./pool-arguments.ts";
import { root } from "./root.ts";

const help = `Gives a user pool the triggers back that it had before \`wire\`.

  npm run samekey -- unwire --user-pool-id ID [options]

  --user-pool-id ID   the pool, as eu-west-1_AbCdEfGhI
  --dry-run           prints the difference, changes nothing
  --region REGION     default: the pool's own
  --help              this text
`;

/** `samekey unwire`: reads the arguments, answers the exit code (2: the arguments are wrong). */
export async function runUnwire(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      "user-pool-id": { type: "string", default: "" },
      "dry-run": { type: "boolean", default: false },
      region: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const userPoolId = values["user-pool-id"];
  if (!isPoolId(userPoolId)) {
    process.stderr.write(`${poolIdFault(userPoolId)}\n\n${help}`);
    return 2;
  }
  const services = {
    ...openAws(values.region ?? regionOf(userPoolId)),
    folder: join(root, ".samekey"),
    print: (text: string) => void process.stdout.write(`${text}\n`),
  };
  return orReason(() => unwire({ userPoolId, dryRun: values["dry-run"] }, services));
}
