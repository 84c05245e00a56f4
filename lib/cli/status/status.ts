import { parseArgs } from "node:util";
import { ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { dayOf } from "../../ledger/shadow-items.ts";
import { type Place, readCases, readTallies, readUserCounts } from "../../ledger/standing.ts";
import { openLedgerTable } from "../ledger-table.ts";
import { bad } from "../paint.ts";
import { orReason } from "../pool-arguments.ts";
import { root } from "../root.ts";
import { describeStatus } from "./show-status.ts";
import { reportStatus, type StatusReport } from "./status-report.ts";

const help = `Says how the migration stands: how many users there are in each state, and in a shadow run (docs/shadow.md)
whether Samekey decides as the old system does, with the users whom it would refuse wrongly. Nothing is written.

  npm run samekey -- status [options]

  --stack NAME      service and stage of the deployed functions (default: samekey-dev); the table is NAME-ledger
  --table NAME      the ledger's table, where it has another name
  --region REGION   default: that of your AWS settings
  --local           the table of a running npm start instead
  --days N          how many days of the shadow run are looked at, today included, 1 to 400 (default: 7)
  --json            for machines
  --help            this text

The exit code is 1 when a sign-in was decided otherwise than the old system decided it (and when the table cannot be
read), else 0. The table is read with dynamodb:GetItem and dynamodb:Query: neither can change anything.
`;

const dayMs = 86_400_000;

/** `samekey status`: reads the arguments, answers the exit code (2: the arguments are wrong). */
export async function runStatus(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stack: { type: "string" },
      table: { type: "string" },
      region: { type: "string" },
      local: { type: "boolean", default: false },
      days: { type: "string", default: "7" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const fault = faultOf(values);
  if (fault !== undefined) {
    process.stderr.write(`${fault}\n\n${help}`);
    return 2;
  }
  const { table, region, local, stack = "samekey-dev" } = values;
  const place = await openLedgerTable({ table, region, local, stack }, root);
  if (place === undefined) {
    process.stderr.write(`${bad("npm start does not run,")} so --local has no table. Start it, then try again.\n`);
    return 1;
  }
  const days = Number(values.days);
  try {
    return await orReason(async () => {
      const report = await readStatus(place, days, new Date());
      const { columns } = process.stdout;
      const text = values.json ? JSON.stringify(report, undefined, 2) : describeStatus(report, days, columns);
      process.stdout.write(`${text}\n`);
      return report.shadow?.agrees === false ? 1 : 0;
    });
  } finally {
    place.client.destroy();
  }
}

interface Given {
  readonly table?: string | undefined;
  readonly stack?: string | undefined;
  readonly local: boolean;
  readonly days: string;
}

function faultOf({ table, stack, local, days }: Given): string | undefined {
  if ([table !== undefined, stack !== undefined, local].filter(Boolean).length > 1) {
    return "--table, --stack and --local name two tables; give one of them.";
  }
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
  if (table !== undefined && !/^[\w.-]{3,255}$/.test(table))
    return `--table: ${JSON.stringify(table)} is no table's name.`;
  if (stack !== undefined && !/^[\w.-]{1,248}$/.test(stack))
    return `--stack: ${JSON.stringify(stack)} is no stack's name.`;
  if (!/^[0-9]{1,3}$/.test(days) || Number(days) < 1 || Number(days) > 400) {
    return `--days: ${days}, allowed are 1 to 400.`;
  }
  return undefined;
}

async function readStatus(place: Place, days: number, now: Date): Promise<StatusReport> {
  const since = dayOf(new Date(now.getTime() - (days - 1) * dayMs));
  const { table } = place;
  try {
    const [users, tallies, cases] = await Promise.all([
      readUserCounts(place),
      readTallies(place, since),
      readCases(place, since, now),
    ]);
    return reportStatus({ table, users, since, tallies, cases });
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    const region = await place.client.config.region();
    throw new Error(`There is no table ${table} in ${region}. --stack or --table, and --region, say which it is.`);
  }
}
