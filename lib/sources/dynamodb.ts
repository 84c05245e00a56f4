// A table of users in Amazon DynamoDB, of this account or another one, of this region or another one.

import { type Attributes, type Item, readItem, writeItem } from "../aws/item-values.ts";
import { readPageToken, writePageToken } from "../aws/page-token.ts";
import { openUserFinder } from "../aws/user-finder.ts";
import { openUserTable } from "../aws/user-table.ts";
import {
  findersOf,
  regionOf,
  tableKeyOf,
  type UserTableSettings,
  userTableFaults,
} from "../aws/user-table-settings.ts";
import { isObject } from "../config/setting-readers.ts";
import { MigrationError } from "../core/errors.ts";
import { canonicalIdentifier } from "../core/identifier.ts";
import type { LegacySource, Lookup, Page, PageRequest } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { LegacyUser } from "../core/user.ts";
import { mapAccount } from "../protocols/account-fields.ts";
import { askedText } from "../protocols/askable.ts";
import { containsText } from "../protocols/contains-text.ts";

export type { Item } from "../aws/item-values.ts";

export interface DynamodbSettings extends UserTableSettings {
  /** Default "dynamodb". Needed where two sources are tables. */
  readonly name?: string;
}

// A page reads at most 5 MB, so that a search for what nobody has ends within a request's time. It may be short, or
// empty, and not be the last one.
const scansPerPage = 5;
const searchedItems = 1000;

/** A DynamoDB table, asked by GetItem and by Query on its indexes. */
export function dynamodb(settings: DynamodbSettings): LegacySource {
  const { name = "dynamodb", user, list, search, create, update, remove } = settings;
  const finders = findersOf(settings.find);
  const tableKey = tableKeyOf(settings);
  const [partitionKey = ""] = tableKey;
  const table = openUserTable({ name, table: settings.table, region: regionOf(settings), role: settings.role });
  const finder = openUserFinder(name, table, tableKey, finders);

  function isUser(item: Item): boolean {
    try {
      return settings.isUser === undefined || settings.isUser(item);
    } catch (cause) {
      throw new MigrationError("RECORD_UNUSABLE", `${name}: \`isUser\` threw on an item`, { cause });
    }
  }

  /** @returns undefined for an item that is no user. */
  function read(attributes: Attributes): LegacyUser | undefined {
    const item = readItem(attributes);
    return isUser(item) ? mapAccount(name, item, user) : undefined;
  }

  async function locate(by: Lookup, signal: AbortSignal): Promise<Attributes | undefined> {
    const text = askedText(by);
    const items = text === undefined ? [] : await finder.items(by.by, text, signal);
    // Never "the first item wins": the two may be two people.
    if (items.length > 1) throw new MigrationError("RECORD_AMBIGUOUS", `${name}: two items or more for one ${by.by}`);
    return items[0];
  }

  const byId = (id: string): Lookup => ({ by: "id", canonical: id, typed: id });

  /** Refuses an identifier by which another item is found already. An index may lag behind, and holds no promise. */
  async function refuseTaken(
    identifiers: Partial<Record<Lookup["by"], string | null | undefined>>,
    own: Attributes | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const isOwn = (item: Attributes) => own !== undefined && tokenOf(item) === tokenOf(own);
    for (const by of ["email", "phone", "username"] as const) {
      // Users are found by canonical identifiers alone; whether names have a case, the adopter's `create` knows.
      const text = canonicalIdentifier(identifiers[by] ?? "", { usernameCase: "sensitive" })?.canonical;
      const found = text === undefined ? [] : await finder.items(by, text, signal);
      if (!found.every(isOwn)) throw new MigrationError("RECORD_TAKEN", `${name}: another user has that ${by}`);
    }
  }

  const tokenOf = (item: Attributes) => writePageToken(tableKey, item);

  /** What `create` or `update` answers; what it throws is a fault of the config, not of a user. */
  function answerOf(what: string, answer: () => unknown): Item {
    let values: unknown;
    try {
      values = answer();
    } catch (cause) {
      throw new MigrationError("CONFIG_INVALID", `${name}: \`${what}\` threw`, { cause });
    }
    if (isObject(values)) return values;
    throw new MigrationError("CONFIG_INVALID", `${name}: \`${what}\` answered no object with attributes`);
  }

  /** Reads an item before it is stored: what could not be read afterwards is refused while nothing is changed. */
  function readBefore(what: string, item: Attributes): LegacyUser {
    const made = read(item);
    if (made !== undefined) return made;
    throw new MigrationError("CONFIG_INVALID", `${name}: \`${what}\` answered an item that \`isUser\` takes for none`);
  }

  async function page(
    { size, after }: PageRequest,
    limit: number,
    isWanted: (user: LegacyUser) => boolean,
    signal: AbortSignal,
  ): Promise<Page> {
    let from = after === undefined ? undefined : readPageToken(name, tableKey, after);
    const users: LegacyUser[] = [];
    for (let scans = 0; scans < scansPerPage; scans++) {
      const { items, next } = await table.scan(from, limit, signal);
      for (const item of items) {
        const one = read(item);
        if (one === undefined || !isWanted(one)) continue;
        users.push(one);
        if (users.length < size) continue;
        return next === undefined && item === items.at(-1) ? { users } : { users, next: tokenOf(item) };
      }
      if (next === undefined) return { users };
      from = next;
    }
    return from === undefined ? { users } : { users, next: tokenOf(from) };
  }

  const source: LegacySource = {
    name,
    lookups: [...finders.keys()],
    async find(by, signal) {
      signal.throwIfAborted();
      const item = await locate(by, signal);
      return item === undefined ? undefined : read(item);
    },
    ...(list !== true
      ? {}
      : {
          list: (request: PageRequest, signal: AbortSignal) => page(request, request.size, () => true, signal),
        }),
    ...(search !== true
      ? {}
      : {
          search: (text: string, request: PageRequest, signal: AbortSignal) =>
            page(request, searchedItems, (one) => containsText(one, text), signal),
        }),
    ...(create === undefined
      ? {}
      : {
          create: async (given, signal) => {
            const what = `${name}: \`create\``;
            const item = writeItem(
              what,
              answerOf("create", () => create(given)),
            );
            const missing = tableKey.filter((one) => item[one] === undefined);
            if (missing.length > 0)
              throw new MigrationError("CONFIG_INVALID", `${what} answered no ${missing.join(", ")}`);
            const made = readBefore("create", item);
            const { email, phone_number: phone } = given.attributes;
            await refuseTaken({ email, phone, username: given.username }, undefined, signal);
            if (await table.put(item, partitionKey, signal)) return made;
            throw new MigrationError("RECORD_TAKEN", `${name}: another user has the key of the new one`);
          },
        }),
    ...(update === undefined
      ? {}
      : {
          update: async (id, changes, signal) => {
            const what = `${name}: \`update\``;
            const answer = Object.entries(answerOf("update", () => update(changes)));
            const set = writeItem(what, Object.fromEntries(answer.filter(([, value]) => value !== null)));
            const taken = answer.filter(([, value]) => value === null).map(([attribute]) => attribute);
            const fixed = tableKey.filter((one) => Object.hasOwn(set, one) || taken.includes(one));
            if (fixed.length > 0) {
              throw new MigrationError("CONFIG_INVALID", `${what} changes ${fixed.join(", ")}, a key stays as it is`);
            }
            const before = await locate(byId(id), signal);
            if (before === undefined || !isUser(readItem(before))) return undefined;
            const kept = Object.entries(before).filter(([attribute]) => !taken.includes(attribute));
            readBefore("update", { ...Object.fromEntries(kept), ...set });
            const { email, phone_number: phone } = changes.attributes ?? {};
            await refuseTaken({ email, phone }, before, signal);
            const after = await table.update(finder.keyOf(before), { set, remove: taken }, signal);
            return after === undefined ? undefined : read(after);
          },
        }),
    ...(remove !== true
      ? {}
      : {
          remove: async (id: string, signal: AbortSignal) => {
            const item = await locate(byId(id), signal);
            return item !== undefined && isUser(readItem(item)) && table.remove(finder.keyOf(item), signal);
          },
        }),
    warm: () => table.warm(),
    close: async () => table.close(),
  };
  return withSettingFaults(source, userTableFaults(settings));
}
