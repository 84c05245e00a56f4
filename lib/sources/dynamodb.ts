// A table of users in Amazon DynamoDB, of this account or another one, of this region or another one.

import { type Attributes, askForItem, type Item, readItem, writeItem } from "../aws/item-values.ts";
import { writePageToken } from "../aws/page-token.ts";
import { openUserFinder } from "../aws/user-finder.ts";
import { openUserTable } from "../aws/user-table.ts";
import { readTablePage } from "../aws/user-table-pages.ts";
import {
  findersOf,
  regionOf,
  tableKeyOf,
  type UserTableSettings,
  userTableFaults,
} from "../aws/user-table-settings.ts";
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

const searchedItems = 1000;

/** A DynamoDB table, asked by GetItem and by Query on its indexes. */
export function dynamodb(settings: DynamodbSettings): LegacySource {
  const { name = "dynamodb", user, list, search, create, update, remove, mark } = settings;
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

  async function userItem(id: string, signal: AbortSignal): Promise<Attributes | undefined> {
    const item = await locate({ by: "id", canonical: id, typed: id }, signal);
    return item !== undefined && isUser(readItem(item)) ? item : undefined;
  }

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

  function refuseKeyChange(what: string, names: readonly string[]): void {
    const fixed = tableKey.filter((one) => names.includes(one));
    if (fixed.length === 0) return;
    throw new MigrationError("CONFIG_INVALID", `${what} changes ${fixed.join(", ")}, a key stays as it is`);
  }

  /** Reads an item before it is stored: what could not be read afterwards is refused while nothing is changed. */
  function readBefore(what: string, item: Attributes): LegacyUser {
    const made = read(item);
    if (made !== undefined) return made;
    throw new MigrationError("CONFIG_INVALID", `${name}: \`${what}\` answered an item that \`isUser\` takes for none`);
  }

  function page(
    request: PageRequest,
    limit: number,
    isWanted: (user: LegacyUser) => boolean,
    signal: AbortSignal,
  ): Promise<Page> {
    const readWanted = (item: Attributes) => {
      const one = read(item);
      return one !== undefined && isWanted(one) ? one : undefined;
    };
    return readTablePage(name, table, tableKey, request, limit, readWanted, signal);
  }

  async function markUser(id: string, at: Date, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const what = `${name}: \`mark\``;
    const set = writeItem(
      what,
      askForItem(what, () => (typeof mark === "string" ? { [mark]: at.toISOString() } : mark?.(at))),
    );
    refuseKeyChange(what, Object.keys(set));
    const item = await userItem(id, signal);
    if (item === undefined) return false;
    // An attribute by its name keeps its first value; what a function answers is the adopter's to decide.
    const change = { set, remove: [], onlyNew: typeof mark === "string" };
    return (await table.update(finder.keyOf(item), change, signal)) !== undefined;
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
            const answer = askForItem(what, () => create(given));
            const item = writeItem(what, answer);
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
            const answer = Object.entries(askForItem(what, () => update(changes)));
            const set = writeItem(what, Object.fromEntries(answer.filter(([, value]) => value !== null)));
            const taken = answer.filter(([, value]) => value === null).map(([attribute]) => attribute);
            refuseKeyChange(what, [...Object.keys(set), ...taken]);
            const before = await userItem(id, signal);
            if (before === undefined) return undefined;
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
            const item = await userItem(id, signal);
            return item !== undefined && table.remove(finder.keyOf(item), signal);
          },
        }),
    ...(mark === undefined ? {} : { mark: markUser }),
    warm: () => table.warm(),
    close: async () => table.close(),
  };
  return withSettingFaults(source, userTableFaults(settings));
}
