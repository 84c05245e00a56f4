import type { Document, UpdateFilter } from "mongodb";
import { MigrationError } from "../core/errors.ts";
import { type MappedUser, parseLegacyUser } from "../core/legacy-record.ts";
import type { LegacySource, Lookup, NewUser, Page, PageRequest, UserChanges } from "../core/ports.ts";
import type { LegacyUser } from "../core/user.ts";
import { askedText } from "./askable.ts";
import { newDocument, readUpdate } from "./mongodb-changes.ts";
import type { MongodbUsers } from "./mongodb-connection.ts";
import { valuesAt } from "./mongodb-fields.ts";
import { idText, placeOf } from "./mongodb-ids.ts";
import { type MongodbFinder, type MongodbFindSettings, type MongodbQuery, mongodbQueries } from "./mongodb-queries.ts";
import type { SingleConnection } from "./single-connection.ts";
import { type FindName, lookupOf } from "./sql-settings.ts";

/** What may be done with the users of the collection. What is left out cannot be done. */
export interface MongodbUserSettings extends MongodbFindSettings {
  readonly user: (document: Document) => MappedUser;
  /** All users, in the order of the field in `find.byId`. */
  readonly list?: true;
  /** The fields that a text is sought in. */
  readonly search?: readonly string[];
  /** The document of a new user. Without an `_id` it gets a new ObjectId. */
  readonly create?: (user: NewUser) => Document;
  /** What changes, by operators (`$set`, `$unset`). An `undefined` in them changes nothing. */
  readonly update?: (changes: UserChanges) => UpdateFilter<Document>;
  readonly remove?: true;
  /** Notes that the user has moved: the field that gets the time, unless it has a value; or operators of your own. */
  readonly mark?: string | ((at: Date) => UpdateFilter<Document>);
}

/** The port's operations on a collection of users. */
export function mongodbSource(
  name: string,
  settings: MongodbUserSettings,
  connection: SingleConnection<MongodbUsers>,
): LegacySource {
  const { find, list, search, create, update, remove, mark } = settings;
  const queries = mongodbQueries(name, settings);
  const found = Object.entries(find ?? {}).map(([key, finder]) => [lookupOf[key as FindName], finder] as const);
  const finders = new Map<Lookup["by"], MongodbFinder>(found);
  const byId = finders.get("id");
  const idPath = typeof byId === "string" ? byId : "_id";

  function mapDocument(document: Document): LegacyUser {
    let mapped: MappedUser;
    try {
      mapped = settings.user(document);
    } catch (cause) {
      throw new MigrationError("RECORD_UNUSABLE", `${name}: \`user\` threw on a document`, { cause });
    }
    return parseLegacyUser(withTexts(mapped), name);
  }

  function read(ask: (driver: MongodbUsers["driver"]) => MongodbQuery, signal: AbortSignal) {
    return connection.use(
      async ({ collection, driver }, cut) => {
        const { filter, fits = () => true, ...options } = ask(driver);
        // In one answer, unless it is longer than one may be.
        const documents = await cut(collection.find(filter, { ...options, batchSize: options.limit }).toArray());
        const full = documents.length === options.limit;
        return { documents: documents.filter(fits), count: documents.length, full };
      },
      () => true,
      signal,
    );
  }

  /** A change is never sent twice: where its answer is lost, nobody knows whether it was made. */
  function change<T>(work: (users: MongodbUsers) => Promise<T>, signal: AbortSignal): Promise<T> {
    return connection.use(
      (users, cut) => cut(work(users)),
      () => false,
      signal,
    );
  }

  async function documentBy(lookup: Lookup, signal: AbortSignal): Promise<Document | undefined> {
    const finder = finders.get(lookup.by);
    // Also past the types: what is no text could be an operator.
    const isText = typeof lookup.canonical === "string" && typeof lookup.typed === "string";
    const text = isText ? askedText(lookup) : undefined;
    // A name with NUL is nobody's: drivers and tools in other languages end a text there.
    if (finder === undefined || text === undefined || text.includes("\0")) return undefined;
    const { documents, count, full } = await read(queries.by(lookup.by, finder, text), signal);
    const [document] = documents;
    // Never "the first one wins": the two may be two people. Behind a full answer there may be the one who is meant.
    if (documents.length > 1 || full) {
      const several = full ? count : documents.length;
      throw new MigrationError("RECORD_AMBIGUOUS", `${name}: ${several} documents for one ${lookup.by}`);
    }
    return document;
  }

  const documentOf = (id: string, signal: AbortSignal) => documentBy({ by: "id", canonical: id, typed: id }, signal);

  async function page(request: PageRequest, text: string | undefined, signal: AbortSignal): Promise<Page> {
    if (text !== undefined && (!text.isWellFormed() || text.includes("\0"))) return { users: [] };
    const sought = text === undefined || search === undefined ? undefined : { text, fields: search };
    const { documents } = await read(queries.page(idPath, request, sought), signal);
    const users = documents.slice(0, request.size).map(mapDocument);
    if (documents.length <= request.size) return { users };
    const next = placeOf(valuesAt(documents[request.size - 1], idPath)[0]);
    if (next !== undefined) return { users, next };
    throw new MigrationError("RECORD_UNUSABLE", `${name}: a document has no id of a known kind in ${idPath}`);
  }

  async function makeUser(user: NewUser, signal: AbortSignal): Promise<LegacyUser> {
    return change(async ({ collection, driver }) => {
      const document = newDocument(create?.(user), driver, name);
      // Mapped before it is written: what could not be read again is not made.
      const mapped = mapDocument(document);
      await collection.insertOne(document);
      return mapped;
    }, signal);
  }

  async function changeUser(id: string, changes: UserChanges, signal: AbortSignal): Promise<LegacyUser | undefined> {
    const operators = readUpdate(update?.(changes), `${name}: update`);
    const document = await documentOf(id, signal);
    if (document === undefined || operators === undefined) return document && mapDocument(document);
    const changed = await change(
      ({ collection }) =>
        collection.findOneAndUpdate({ _id: { $eq: document._id } }, operators, { returnDocument: "after" }),
      signal,
    );
    return changed === null ? undefined : mapDocument(changed);
  }

  async function removeUser(id: string, signal: AbortSignal): Promise<boolean> {
    const document = await documentOf(id, signal);
    if (document === undefined) return false;
    const { deletedCount } = await change(
      ({ collection }) => collection.deleteOne({ _id: { $eq: document._id } }),
      signal,
    );
    return deletedCount === 1;
  }

  async function markUser(id: string, at: Date, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const operators = readUpdate(typeof mark === "string" ? { $set: { [mark]: at } } : mark?.(at), `${name}: mark`);
    // Null is also a field that is not there. The first mark stays, whoever else makes one at the same moment.
    const unmarked = typeof mark === "string" ? { [mark]: { $eq: null } } : {};
    const document = await documentOf(id, signal);
    if (document === undefined || operators === undefined) return document !== undefined;
    if (typeof mark === "string" && valuesAt(document, mark).some((value) => value != null)) return true;
    const marked = await change(
      ({ collection }) =>
        collection.findOneAndUpdate({ ...unmarked, _id: { $eq: document._id } }, operators, { projection: { _id: 1 } }),
      signal,
    );
    return marked !== null || (await documentOf(id, signal)) !== undefined;
  }

  return {
    name,
    lookups: [...finders.keys()],
    async find(lookup, signal) {
      signal.throwIfAborted();
      const document = await documentBy(lookup, signal);
      return document && mapDocument(document);
    },
    ...(list === undefined
      ? {}
      : { list: (request: PageRequest, signal: AbortSignal) => page(request, undefined, signal) }),
    ...(search === undefined
      ? {}
      : { search: (text: string, request: PageRequest, signal: AbortSignal) => page(request, text, signal) }),
    ...(create === undefined ? {} : { create: makeUser }),
    ...(update === undefined ? {} : { update: changeUser }),
    ...(remove === undefined ? {} : { remove: removeUser }),
    ...(mark === undefined ? {} : { mark: markUser }),
    warm: () => connection.warm(),
    close: () => connection.close(),
  };
}

/** The driver's own values in the place of texts, as texts: `id: document._id` is an ObjectId. */
function withTexts(mapped: unknown): unknown {
  if (typeof mapped !== "object" || mapped === null) return mapped;
  const { attributes } = mapped as { readonly attributes?: unknown };
  const texts = (fields: object) => Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, idText(one)]));
  return {
    ...texts(mapped),
    ...(typeof attributes === "object" && attributes !== null ? { attributes: texts(attributes) } : {}),
  };
}
