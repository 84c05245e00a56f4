import { rm } from "node:fs/promises";
import { type Document, Long, ObjectId, UUID } from "mongodb";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import type { LegacySource } from "../../lib/core/ports.ts";
import { type MongodbSettings, mongodb } from "../../lib/sources/mongodb.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { type DoubleOptions, type MongodbDouble, startMongodbDouble } from "./mongodb-double.ts";
import { aSecret } from "./postgres-bed.ts";

export const account = { user: "reader", password: "pa'ss /?#%\"\\@,=" };
export const adasId = "64b000000000000000000001";
const confirmed = { confirmed: true, hash: "a hash", disabled: false };

/** The users of every test, each test with its own: stored in mixed case, with ids of every kind. */
export function someUsers(): Document[] {
  return [
    { _id: new ObjectId(adasId), username: "Ada", email: "Ada@Example.org", phone: "+441234567890", ...confirmed },
    { _id: 2, username: "castor", email: "twins@example.org", ...confirmed },
    { _id: "pollux", username: "pollux", email: "Twins@example.org", ...confirmed },
    { _id: new UUID("5e0a3b2c-1d4f-4a6b-8c7d-9e0f1a2b3c4d"), email: "nameless@example.org", ...confirmed },
    { _id: Long.fromString("9007199254740993"), username: "sparse", email: "sparse@example.org", disabled: false },
  ];
}

export const finders = { byEmail: "email", byUsername: "username", byPhone: "phone", byId: "_id" } as const;

export function userOf(document: Document) {
  const { _id, username, disabled, email, confirmed: verified, phone, hash } = document;
  return {
    id: _id,
    username,
    enabled: disabled === false,
    attributes: { email, email_verified: verified, phone_number: phone },
    password: { encoded: hash },
  };
}

/** What the tests of one suite stand on. The double of each test ends with it. */
export interface MongodbBed {
  readonly certificates: Certificates;
  aDouble(options?: Partial<DoubleOptions>): Promise<MongodbDouble>;
  /** A double over TLS with the users above, kept for the whole suite; no test changes it. */
  readonly everyday: MongodbDouble;
  url(port: number, who?: { readonly user: string; readonly password: string }): string;
  /** A source over TLS on the everyday double, closed after the test. */
  aMongodb(overrides?: Partial<MongodbSettings>): LegacySource;
  settings(overrides?: Partial<MongodbSettings>): MongodbSettings;
}

/** Called in a suite: starts before its tests and stops after them. */
export function mongodbBed(): MongodbBed {
  let opened: Pick<MongodbBed, "certificates" | "everyday"> | undefined;
  const now = () => opened ?? expect.unreachable("asked before the suite began");

  async function start(certificates: Certificates, options: Partial<DoubleOptions>): Promise<MongodbDouble> {
    const double = await startMongodbDouble({
      documents: someUsers(),
      unique: ["username"],
      certificate: certificates.here,
      ...options,
    });
    double.accounts.set(account.user, account.password);
    return double;
  }

  beforeAll(async () => {
    const certificates = await makeCertificates();
    opened = { certificates, everyday: await start(certificates, {}) };
  });
  afterAll(async () => {
    await now().everyday.stop();
    await rm(now().certificates.folder, { recursive: true });
  });

  const url: MongodbBed["url"] = (port, { user, password } = account) =>
    `mongodb://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/legacy?authSource=admin`;
  const settings = (overrides: Partial<MongodbSettings> = {}): MongodbSettings => ({
    connection: aSecret(url(now().everyday.port)),
    tls: { ca: now().certificates.ca },
    collection: "users",
    find: finders,
    user: userOf,
    ...overrides,
  });
  return {
    get certificates() {
      return now().certificates;
    },
    get everyday() {
      return now().everyday;
    },
    async aDouble(options = {}) {
      const double = await start(now().certificates, options);
      onTestFinished(() => double.stop());
      return double;
    },
    url,
    settings,
    aMongodb(overrides) {
      const source = mongodb(settings(overrides));
      onTestFinished(() => source.close?.());
      return source;
    },
  };
}
