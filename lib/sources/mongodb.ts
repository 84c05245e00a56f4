import type { LegacySource, SecretRef } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import { openMongodbConnection } from "../protocols/mongodb-connection.ts";
import { mongodbSettingFaults } from "../protocols/mongodb-settings.ts";
import { type MongodbUserSettings, mongodbSource } from "../protocols/mongodb-source.ts";
import { type ServerTls, tlsFaults } from "../protocols/server-tls.ts";
import { connectionFaults } from "../protocols/sql-settings.ts";

/** A collection with one document a user. */
export interface MongodbSettings extends MongodbUserSettings {
  /** Default "mongodb". Needed where two sources are MongoDB. */
  readonly name?: string;
  /** A URL, `mongodb://` or `mongodb+srv://`, or the JSON that Amazon DocumentDB keeps in Secrets Manager. */
  readonly connection: SecretRef;
  /** Verified TLS unless it is turned off by its name. */
  readonly tls?: ServerTls;
  /** Default the database that the secret names. */
  readonly database?: string;
  readonly collection: string;
}

/** MongoDB, or what speaks its protocol (Atlas, Amazon DocumentDB). One connection per environment. */
export function mongodb(settings: MongodbSettings): LegacySource {
  const { name = "mongodb", connection, tls = {}, database, collection } = settings;
  const place = { collection, tls, ...(database === undefined ? {} : { database }) };
  const source = mongodbSource(name, settings, openMongodbConnection(name, connection, place));
  return withSettingFaults(source, [
    ...connectionFaults(connection),
    ...tlsFaults(settings.tls),
    ...mongodbSettingFaults(settings),
  ]);
}
