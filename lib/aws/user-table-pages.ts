import type { Page, PageRequest } from "../core/ports.ts";
import type { LegacyUser } from "../core/user.ts";
import type { Attributes } from "./item-values.ts";
import { readPageToken, writePageToken } from "./page-token.ts";
import type { UserTable } from "./user-table.ts";

// A page reads at most 5 MB, so that a search for what nobody has ends within a request's time. It may be short, or
// empty, and not be the last one.
const scansPerPage = 5;

/**
 * A page of the table, by Scans.
 * @param name Of the source; begins the messages.
 * @param limit How many items a Scan reads at most.
 * @param read Undefined for an item that does not belong on the page.
 */
export async function readTablePage(
  name: string,
  table: UserTable,
  tableKey: readonly string[],
  { size, after }: PageRequest,
  limit: number,
  read: (item: Attributes) => LegacyUser | undefined,
  signal: AbortSignal,
): Promise<Page> {
  const tokenOf = (item: Attributes) => writePageToken(tableKey, item);
  let from = after === undefined ? undefined : readPageToken(name, tableKey, after);
  const users: LegacyUser[] = [];
  for (let scans = 0; scans < scansPerPage; scans++) {
    const { items, next } = await table.scan(from, limit, signal);
    for (const item of items) {
      const one = read(item);
      if (one === undefined) continue;
      users.push(one);
      if (users.length < size) continue;
      return next === undefined && item === items.at(-1) ? { users } : { users, next: tokenOf(item) };
    }
    if (next === undefined) return { users };
    from = next;
  }
  return from === undefined ? { users } : { users, next: tokenOf(from) };
}
