import { parseArgs } from "node:util";
import type { Migration } from "../config/define-migration.ts";
import { type DriftFinding, sweepDrift } from "../core/drift-sweep.ts";
import type { LegacySource } from "../core/ports.ts";
import { openLedger } from "../ledger/ledger.ts";
import { openLedgerTable } from "./ledger-table.ts";
import { loadMigration } from "./load-migration.ts";
import { bad, bold, dim, doubtful, good } from "./paint.ts";
import { root } from "./root.ts";

const help = `Goes through all users of your legacy store and says who has moved and has another password or status there
since. What that means is \`drift\` in migration.config.ts (docs/config.md).

  npm run samekey -- drift [options]

  --apply           writes it down in the ledger, as the gate does at a sign-in; with rule "reset" the platform's
                    passwords of those users end. Without it nothing is written
  --stack NAME      service and stage of the deployed functions (default: samekey-dev); the table is NAME-ledger
  --table NAME      the ledger's table, where it has another name
  --region REGION   default: that of your AWS settings
  --local           the demo's config and the table of a running npm start instead
  --json            one JSON object a line
  --help            this text

The exit code is 1 when somebody was found and --apply was not given, 2 for wrong arguments. Secrets are found as by
\`try\`. It takes dynamodb:GetItem on the table, and for --apply what the gate's role has.
`;

const hours = 6;
const mostShown = 20;
const words = {
  password: "has another password there",
  status: "was disabled or enabled there",
  unwatched: "moved before anything was watched",
} as const;

/** `samekey drift`: reads the arguments, answers the exit code. */
export async function runDrift(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      apply: { type: "boolean", default: false },
      stack: { type: "string" },
      table: { type: "string" },
      region: { type: "string" },
      local: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const { apply, json, table, region, local, stack = "samekey-dev" } = values;
  const migration = await loadMigration(local ? "demo" : "mine");
  const lists = migration.sources.filter(({ list }) => list !== undefined);
  const fault = faultOf(migration, lists);
  if (fault !== undefined) {
    process.stderr.write(`${bad("✗")} ${fault}\n`);
    return 2;
  }
  const place = await openLedgerTable({ table, region, local, stack }, root);
  if (place === undefined) {
    process.stderr.write(`${bad("npm start does not run,")} so --local has no table. Start it, then try again.\n`);
    return 1;
  }
  try {
    const { table: name, client } = place;
    const found = await sweep(migration, lists, openLedger({ table: name, client }), { apply, json });
    if (!json) process.stdout.write(describeEnd(found, migration, lists, apply));
    return found.length > 0 && !apply ? 1 : 0;
  } finally {
    place.client.destroy();
    for (const source of migration.sources) await source.close?.();
  }
}

function faultOf({ drift }: Migration, lists: readonly LegacySource[]): string | undefined {
  if (drift === undefined) {
    return 'Nothing is watched: set drift: { key: secret("samekey/drift-key") } in migration.config.ts.';
  }
  return lists.length > 0 ? undefined : "No source can list its users: give one a `list`, or set gate.legacyCheck.";
}

async function sweep(
  { drift, sources }: Migration,
  lists: readonly LegacySource[],
  ledger: ReturnType<typeof openLedger>,
  { apply, json }: { readonly apply: boolean; readonly json: boolean },
): Promise<readonly DriftFinding[]> {
  const found: DriftFinding[] = [];
  if (drift === undefined) return found;
  const signal = AbortSignal.timeout(hours * 3_600_000);
  const services = { sources, ledger, drift, now: () => new Date() };
  for (const source of lists) {
    for await (const finding of sweepDrift(source, services, apply, signal)) {
      found.push(finding);
      if (json) process.stdout.write(`${JSON.stringify(finding)}\n`);
      else if (found.length <= mostShown) process.stdout.write(describe(finding));
    }
  }
  return found;
}

function describe({ source, legacyId, what, resets }: DriftFinding): string {
  const then = resets ? "; the platform's password ends" : "";
  const sign = what === "unwatched" ? dim("·") : doubtful("!");
  // An id comes from the legacy store: as JSON no control character of it reaches the terminal.
  return `  ${sign} ${source}/${JSON.stringify(legacyId).slice(1, -1)}  ${words[what]}${dim(then)}\n`;
}

function describeEnd(
  found: readonly DriftFinding[],
  { sources }: Migration,
  lists: readonly LegacySource[],
  apply: boolean,
): string {
  const more = found.length > mostShown ? `  ${dim(`… and ${found.length - mostShown} more`)}\n` : "";
  const mute = sources.filter((source) => !lists.includes(source)).map(({ name }) => name);
  const left = mute.length === 0 ? "" : `${dim(`not looked at, since they cannot list: ${mute.join(", ")}`)}\n`;
  const end =
    found.length === 0
      ? `${good("✓")} Nobody who has moved has changed in the legacy store.\n`
      : `${bold(String(found.length))} ${apply ? "written down in the ledger" : "found; --apply writes them down"}\n`;
  return `${more}${end}${left}`;
}
