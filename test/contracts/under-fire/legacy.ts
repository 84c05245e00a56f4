import assert from "node:assert/strict";
import type { StoredPassword } from "../../../lib/core/user.ts";
import { type Person, people, type World } from "./world.ts";

// The legacy store, which goes on changing while its users move.

export function legacyOf(world: World, who: Person) {
  const user = world.legacy.users.get(`${who}`);
  assert(user !== undefined);
  return user;
}

export function currentPassword(world: World, who: Person): string {
  return (legacyOf(world, who).password as StoredPassword).encoded;
}

export function changeLegacy(world: World, who: Person, what: "password" | "email" | "taken email" | "status"): void {
  const user = legacyOf(world, who);
  const store = world.legacy.users;
  switch (what) {
    case "password": {
      const encoded = `Right ${world.count()} ${people[who]}`;
      world.passwords[who].add(encoded);
      store.set(`${who}`, { ...user, password: { encoded } });
      return;
    }
    case "email":
      store.set(`${who}`, { ...user, attributes: { ...user.attributes, email: newEmail(world, who) } });
      return;
    case "taken email": {
      // The other one gives the address away: the ledger may still lead from it to him.
      const other = who === 0 ? 1 : 0;
      const { email = "" } = legacyOf(world, other).attributes;
      changeLegacy(world, other, "email");
      store.set(`${who}`, { ...user, attributes: { ...user.attributes, email } });
      return;
    }
    case "status":
      store.set(`${who}`, { ...user, enabled: !user.enabled });
  }
}

function newEmail(world: World, who: Person): string {
  return `${people[who]}.${world.count()}@example.com`;
}

/** What the operator of the legacy store sets right before the end: everybody enabled, with an address of his own. */
export function settleLegacy(world: World): void {
  for (const who of [0, 1] as const) {
    const user = legacyOf(world, who);
    const attributes = { ...user.attributes, email: newEmail(world, who) };
    world.legacy.users.set(`${who}`, { ...user, enabled: true, attributes });
  }
}
