import assert from "node:assert/strict";
import { AdminListGroupsForUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import type { LedgerUser } from "../../../lib/core/ports.ts";
import type { StoredPassword } from "../../../lib/core/user.ts";
import { openVault } from "../../../lib/ledger/vault.ts";
import { enter, forgot } from "./at-the-pool.ts";
import { importPerson, stream } from "./imports.ts";
import { checkAll, type Seen } from "./invariants.ts";
import { currentPassword, settleLegacy } from "./legacy.ts";
import { operatorCommands } from "./operator-commands.ts";
import { type ImportWayName, run } from "./steps.ts";
import { type Person, people, type World } from "./world.ts";

/**
 * Nothing fails any more: what was begun is ended by trying again, and then everybody is where the promises say. Whoever is
 * erased is out for good; everybody else gets in, is moved, and is changed by no import any more.
 */
export async function checkEnd(world: World, seen: Seen): Promise<void> {
  world.suffer([]);
  settleLegacy(world);
  for (const who of [0, 1] as const) await operatorCommands.unblock(world, world.start(), who);
  while (world.jobs.length > 0) await run({ kind: "settle", made: false, told: true }, world);
  for (const who of [0, 1] as const) await endImport(world, who);
  for (const who of [0, 1] as const) {
    const row = await rowOf(world, who);
    assert(row?.state !== "placing" && row?.state !== "blocked", `still ${row?.state}`);
    await checkMoves(world, who, row);
    await checkAll(world, seen);
  }
}

async function rowOf(world: World, who: Person): Promise<LedgerUser | undefined> {
  return (await world.bench.rows()).find(({ legacyId }) => legacyId === `${who}`);
}

/** An import that was ended between both places goes on when it is run again. */
async function endImport(world: World, who: Person): Promise<void> {
  const row = await rowOf(world, who);
  if (row?.state !== "placing") return;
  await importBy(world, who, row.vaulted === true ? "job" : "placed");
  while (world.jobs.length > 0) await run({ kind: "settle", made: false, told: true }, world);
}

function importBy(world: World, person: Person, way: ImportWayName): Promise<void> {
  const whole = { kind: "import", person, way, existing: "update", enabled: true } as const;
  return importPerson(world, world.start(), whole);
}

async function importByAllWays(world: World, who: Person): Promise<void> {
  for (const way of ["placed", "change", "weak", "hash", "job", "none", "create", "invite"] as const) {
    await importBy(world, who, way);
    assert.equal(world.jobs.length, 0, "a moved user goes to no job");
  }
}

async function checkMoves(world: World, who: Person, row: LedgerUser | undefined): Promise<void> {
  const right = await rightPassword(world, who, row);
  if (right !== undefined) assert.equal(await enter(world, who, right), "in", "the right password gets in");
  const chosen = await getIn(world, who);
  await stream(world, world.start(), false);
  await stream(world, world.start(), true);
  const moved = await rowOf(world, who);
  assert.equal(moved?.state, "migrated");
  assert.deepEqual([moved?.groups, moved?.identities], [undefined, undefined], "what an import brought is done");
  if (row?.groups !== undefined) {
    const command = new AdminListGroupsForUserCommand({ UserPoolId: world.poolId, Username: people[who] });
    const groups = (await world.cognito.send(command)).Groups ?? [];
    assert.deepEqual(
      groups.map(({ GroupName }) => GroupName),
      row.groups,
    );
  }
  await importByAllWays(world, who);
  assert.equal(await enter(world, who, chosen), "in", "no import overwrites who has moved");
  assert.equal(await enter(world, who, currentPassword(world, who === 0 ? 1 : 0)), "not in");
  const { state, platformId } = (await rowOf(world, who)) ?? {};
  assert.deepEqual({ state, platformId }, { state: "migrated", platformId: moved?.platformId });
}

/** The password by which a user has to get in at once, where the old one decides. */
async function rightPassword(world: World, who: Person, row: LedgerUser | undefined): Promise<string | undefined> {
  if ((await world.users()).some(({ Username }) => Username === people[who])) return undefined;
  if (row === undefined) return currentPassword(world, who);
  if (!["imported", "verified"].includes(row.state) || row.mustChange === true) return undefined;
  if (row.vaulted !== true) return currentPassword(world, who);
  const { table, client } = world.bench;
  const vault = openVault({ table, client, key: world.start().key });
  const user = await vault.read(row, AbortSignal.timeout(20_000));
  assert(user !== undefined);
  const stored = user.password as StoredPassword | undefined;
  return user.enabled ? stored?.encoded : undefined;
}

/** By an old password, the pool's own, a forgotten one's way, or after the operator has mended what stands in between. */
async function getIn(world: World, who: Person): Promise<string> {
  for (let attempt = 0; attempt < 4; attempt++) {
    world.wait();
    // An invitation brings a password, and may have gone to an address that was another's before.
    for (const { purpose, code } of world.codes) if (purpose === "invitation") world.passwords[who].add(code);
    for (const password of [...world.passwords[who]].reverse()) {
      world.wait();
      const before = new Set(world.passwords[who]);
      if ((await enter(world, who, password)) !== "in") continue;
      // Whoever was asked for a new one has chosen it.
      return [...world.passwords[who]].find((one) => !before.has(one)) ?? password;
    }
    const chosen = await forgot(world, who, true);
    if (chosen !== undefined && (await enter(world, who, chosen)) === "in") return chosen;
    await stream(world, world.start(), false);
    // A user who was brought as disabled: the next file has him enabled, or the operator enables him on the platform.
    if ((await rowOf(world, who))?.state === "imported") await importBy(world, who, "hash");
    else await operatorCommands.unblock(world, world.start(), who);
  }
  const { state } = (await rowOf(world, who)) ?? {};
  const user = (await world.users()).find(({ Username }) => Username === people[who]);
  return assert.fail(`${people[who]} cannot get in: ${state}, on the platform ${user?.UserStatus} ${user?.Enabled}`);
}
