import migration from "#migration";
import { placeOf } from "./app.ts";
import { openPatientCognito } from "./aws/patient-cognito.ts";
import type { ScheduledWork } from "./aws/scheduled.ts";
import { MigrationError } from "./core/errors.ts";
import { type ReconcileServices, reconcile } from "./core/reconcile.ts";
import { openTombstones } from "./core/tombstones.ts";
import { readEnvironment } from "./env.ts";
import { openErasures } from "./ledger/erasures.ts";
import { openLedger } from "./ledger/ledger.ts";
import { openOpenRows } from "./ledger/open-rows.ts";
import { openRows } from "./ledger/rows.ts";
import { openUserPoolAccounts } from "./protocols/user-pool-accounts.ts";

// Who is not settled after a week is looked at by `samekey reconcile --days`, and not every hour for good.
const reachMs = 7 * 86_400_000;

/** Settles, every hour, what did not end by itself. */
export function openReconcile(): ScheduledWork {
  let services: ReconcileServices | undefined;
  return {
    name: "reconcile",
    async run(signal) {
      services ??= openServices();
      const counts: Record<string, number> = {};
      for await (const { settled } of reconcile(services, reachMs, signal)) {
        counts[settled] = (counts[settled] ?? 0) + 1;
      }
      return counts;
    },
  };
}

function openServices(): ReconcileServices {
  const environment = readEnvironment();
  const { userPool } = environment;
  if (userPool === undefined) {
    throw new MigrationError("CONFIG_INVALID", "SAMEKEY_USER_POOL is missing: the id of the pool that is looked at");
  }
  const place = placeOf(environment);
  const { erasure } = migration;
  const tombstones = erasure && openTombstones(erasure.key);
  const now = () => new Date();
  const ledger = openLedger({ ...place, tombstones });
  const rows = openRows({ ...place, tombstones });
  const accounts = openUserPoolAccounts({ poolId: userPool, client: openPatientCognito() });
  const erasures = erasure && openErasures({ ...place, secret: erasure.key });
  const erase = erasures && { ledger, rows, erasures, now };
  return { ledger, rows, open: openOpenRows(place), accounts, erase, now };
}
