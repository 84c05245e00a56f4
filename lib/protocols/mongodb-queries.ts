import type { CollationOptions, Document, Filter } from "mongodb";
import { MigrationError } from "../core/errors.ts";
import type { Lookup, PageRequest } from "../core/ports.ts";
import type { MongodbUsers } from "./mongodb-connection.ts";
import { carries, literalPattern, undefinedIn, valuesAt } from "./mongodb-fields.ts";
import { afterPlace, idText, idValues } from "./mongodb-ids.ts";
import type { FindName } from "./sql-settings.ts";

type Driver = MongodbUsers["driver"];

/** A field by its path (`email`, `emails.address`), or a function from the identifier to a filter. */
export type MongodbFinder = string | ((identifier: string) => Filter<Document>);

/** Which documents are users, and by what they are found. */
export interface MongodbFindSettings {
  /** Each gets the canonical identifier (e-mail and, by default, user name in lower case), always as a text. */
  readonly find: Partial<Record<FindName, MongodbFinder>>;
  /**
   * How MongoDB compares e-mail addresses and user names at a path. Default { locale: "en", strength: 2 }: letters of
   * either case are the same, by an index that has this very collation. "none" sends none: for fields that are in lower
   * case already, and for servers without collations (DocumentDB before 8.0).
   */
  readonly collation?: CollationOptions | "none";
  /** Which documents of the collection are users. Default all. */
  readonly filter?: Filter<Document>;
}

export interface MongodbQuery {
  readonly filter: Filter<Document>;
  readonly collation?: CollationOptions;
  readonly sort?: Readonly<Record<string, 1>>;
  readonly limit: number;
  /** Leaves out what a collation found too much. */
  readonly fits?: (document: Document) => boolean;
}

export interface MongodbQueries {
  /** @throws MigrationError CONFIG_INVALID when the adopter's function answers no filter. */
  by(kind: Lookup["by"], finder: MongodbFinder, text: string): (driver: Driver) => MongodbQuery;
  /** One more than a page; with a text, of those that contain it in one of the fields. */
  page(
    path: string,
    request: PageRequest,
    sought?: { readonly text: string; readonly fields: readonly string[] },
  ): (driver: Driver) => MongodbQuery;
}

// A collation finds all names that fold to the same letters: nobody who can make a few of them may hide the one meant.
const foldedLimit = 100;

/**
 * What MongoDB is asked. A text goes in as the operand of `$eq` or `$in`, or as a pattern of which each character means
 * itself; nothing that is typed can become an operator.
 */
export function mongodbQueries(name: string, { collation, filter: isUser }: MongodbFindSettings): MongodbQueries {
  const folding = collation === "none" ? undefined : (collation ?? { locale: "en", strength: 2 });
  // Beside a collation of the collection's own, ids and numbers are compared as they are.
  const exact = folding === undefined ? {} : { collation: { locale: "simple" } };
  const among = (filter: Filter<Document>): Filter<Document> =>
    isUser === undefined ? filter : { $and: [isUser, filter] };

  return {
    by(kind, finder, text) {
      if (typeof finder === "function") {
        const filter = among(readFilter(finder, text, `${name}: find by ${kind}`));
        return () => ({ filter, limit: 2 });
      }
      const values = (document: Document) => valuesAt(document, finder);
      if (kind === "id") {
        const fits = (document: Document) => values(document).some((value) => `${idText(value)}` === text);
        return (driver) => ({
          filter: among({ [finder]: { $in: idValues(text, driver) } }),
          ...exact,
          limit: foldedLimit,
          fits,
        });
      }
      const filter = among({ [finder]: { $eq: text } });
      const fits = (document: Document) => carries(values(document), text);
      const compared = kind === "phone" ? exact : folding === undefined ? {} : { collation: folding };
      return () => ({ filter, ...compared, limit: foldedLimit, fits });
    },
    page(path, { size, after }, sought) {
      const pattern = sought && { $regex: literalPattern(sought.text), $options: "i" };
      const containing = sought && { $or: sought.fields.map((field) => ({ [field]: pattern })) };
      return (driver) => {
        const from = after === undefined ? undefined : afterPlace(path, after, driver, name);
        const parts = [containing, from].filter((part) => part !== undefined);
        const filter = among(parts.length === 0 ? {} : { $and: parts });
        return { filter, ...exact, sort: { [path]: 1 }, limit: size + 1 };
      };
    },
  };
}

function readFilter(finder: (identifier: string) => unknown, text: string, what: string): Filter<Document> {
  const filter = finder(text);
  if (typeof filter !== "object" || filter === null || Array.isArray(filter) || Object.keys(filter).length === 0) {
    throw new MigrationError("CONFIG_INVALID", `${what}: the function answered no filter, and would find everybody`);
  }
  const hole = undefinedIn(filter);
  if (hole === undefined) return filter;
  throw new MigrationError(
    "CONFIG_INVALID",
    `${what}: the filter's ${hole} is undefined, and would find somebody else`,
  );
}
