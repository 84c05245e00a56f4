import { canonicalIdentifier } from "../../core/identifier.ts";
import type { LedgerUser, Lookup } from "../../core/ports.ts";
import { userId } from "../../core/user.ts";
import type { Given, Setting } from "./setting.ts";

/** Whom the arguments mean. */
export type Meant =
  | {
      readonly kind: "user";
      /** The ledger's row; `erased` and nothing else where a tombstone stands; undefined for a user without either. */
      readonly row: LedgerUser | undefined;
      readonly lookup?: Lookup;
      readonly id?: { readonly source: string; readonly legacyId: string };
      readonly platformId?: string;
    }
  | { readonly kind: "wrong"; readonly text: string };

export async function findUser(given: Pick<Given, "user" | "id" | "sub">, setting: Setting): Promise<Meant> {
  const { ledger, rows, rules, poolId, signal } = setting;
  if (given.id !== undefined) {
    const cut = given.id.indexOf("/");
    const [source, legacyId] = [given.id.slice(0, Math.max(0, cut)), given.id.slice(cut + 1)];
    if (source === "" || legacyId === "")
      return { kind: "wrong", text: "--id: allowed is SOURCE/ID, as postgres/1001." };
    const id = { source, legacyId };
    const row = (await rows.read([id], signal)).get(userId(id));
    if (row !== undefined) return { kind: "user", row, id };
    const names = await rows.erased([`user#${userId(id)}`], signal);
    const stone = names.size > 0 ? await tombstoneOf(`user#${userId(id)}`, setting) : undefined;
    return { kind: "user", row: stone, id };
  }
  if (given.sub !== undefined) {
    if (poolId === undefined)
      return { kind: "wrong", text: "--sub: no pool is known here; --user-pool-id ID names it." };
    const platformId = `${poolId}#${given.sub}`;
    return { kind: "user", row: await ledger.find([{ kind: "platform", value: platformId }], signal), platformId };
  }
  const lookup = canonicalIdentifier(given.user ?? "", rules);
  if (lookup === undefined)
    return { kind: "wrong", text: "No user can be called so: it is empty, too long, or no text." };
  return { kind: "user", row: await ledger.find([{ kind: "identifier", value: lookup.canonical }], signal), lookup };
}

async function tombstoneOf(name: string, { erase, now, signal }: Setting): Promise<LedgerUser | undefined> {
  const mark = await erase?.erasures.find([name], signal);
  if (mark === undefined) return undefined;
  const { history, version } = mark;
  const nobody = { source: "", legacyId: "", legacyKey: "", identifiers: [] };
  return { ...nobody, state: "erased", version, since: now().toISOString(), history };
}

/** `source/id`; as JSON no control character of an id reaches the terminal. */
export function nameOf({ source, legacyId }: Pick<LedgerUser, "source" | "legacyId">): string {
  return `${source}/${JSON.stringify(legacyId).slice(1, -1)}`;
}
