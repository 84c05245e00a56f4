import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MigrationError } from "../../lib/core/errors.ts";
import type { ImportFormat, ImportRecord } from "../../lib/core/ports.ts";
import * as readers from "../../lib/imports/index.ts";
import { fixture, plain, readAll } from "./read-file.ts";

const samples: Readonly<Record<string, readonly string[]>> = {
  auth0: ["auth0-export.ndjson", "auth0-import.json"],
  clerk: ["clerk.csv", "clerk.json"],
  cognito: ["cognito.csv"],
  firebase: ["firebase.csv", "firebase.json"],
  fusionauth: ["fusionauth.json"],
  keycloak: ["keycloak.json"],
  ldif: ["openldap.ldif", "active-directory.ldif"],
  okta: ["okta.ndjson"],
  supabase: ["supabase.csv", "supabase.json"],
};
// The general ones have suites of their own.
const { csv: _, json: __, ndjson: ___, xlsx: ____, ...vendors } = readers;
const formats = Object.values(vendors).map((reader) => reader());

/** What was read before the file could not be read on, if it could not. */
async function readSome(format: ImportFormat, bytes: Uint8Array, size: number): Promise<readonly ImportRecord[]> {
  const records: ImportRecord[] = [];
  try {
    for await (const record of format.read(pieces(bytes, size))) records.push(record);
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== "IMPORT_UNREADABLE") throw error;
  }
  return records;
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    "__proto__",
    "\ud800",
    "",
    null,
    -1,
    1e300,
    { __proto__: null, constructor: 1 },
    [[null]],
    [null],
  ),
);

describe("readers", () => {
  it("have a sample each", () => {
    expect(formats.map(({ name }) => name)).toEqual(Object.keys(samples));
  });

  it.each(formats.map((format) => [format.name, format] as const))(
    "%s: any bytes give records or IMPORT_UNREADABLE",
    async (_, format) => {
      const spoilt = fc.constantFrom(...(samples[format.name] ?? [])).chain((file) => {
        const whole = fixture(file);
        const at = fc.nat(whole.length - 1);
        return fc.tuple(at, fc.uint8Array({ maxLength: 8 }), fc.nat(8)).map(([from, put, gone]) => {
          return Buffer.concat([whole.subarray(0, from), put, whole.subarray(from + gone)]);
        });
      });
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(fc.uint8Array({ maxLength: 300 }), spoilt),
          fc.integer({ min: 1, max: 99 }),
          async (bytes, size) => {
            for (const record of await readSome(format, bytes, size)) {
              expect(record.line).toBeGreaterThan(0);
              expect(record.kind === "user" ? record.user.id : record.reason).not.toBe("");
            }
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  it.each(formats.map((format) => [format.name, format] as const))(
    "%s: the pieces in which a file comes change nothing",
    async (_, format) => {
      for (const file of samples[format.name] ?? []) {
        const whole = (await readAll(format, fixture(file), 1e6)).map(plain);
        expect(whole.length, file).toBeGreaterThan(0);
        for (const size of [1, 2, 3, 61])
          expect((await readAll(format, fixture(file), size)).map(plain), file).toEqual(whole);
      }
    },
  );

  it.each(["auth0", "okta", "clerk", "supabase"] as const)(
    "%s: every line is a user or refused, with odd members too",
    async (name) => {
      const members = fc.constantFrom(...memberNames);
      const record = fc.oneof(odd, fc.dictionary(members, odd));
      await fc.assert(
        fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 8 }), async (values) => {
          const lines = values.map((value) => `${JSON.stringify(value)}\n`);
          const bytes = Buffer.from(`{}\n${lines.join("")}`);
          const records = await readAll(formatOf(name), bytes, 64);
          expect(records.map(({ line }) => line)).toEqual([1, ...values.map((_, index) => index + 2)]);
        }),
        { numRuns: 100 },
      );
    },
  );

  it.each(["fusionauth", "keycloak", "firebase"] as const)(
    "%s: every element is a user or refused, with odd members too",
    async (name) => {
      const record = fc.oneof(odd, fc.dictionary(fc.constantFrom(...memberNames), odd));
      await fc.assert(
        fc.asyncProperty(fc.array(record, { maxLength: 8 }), async (users) => {
          const records = await readAll(formatOf(name), Buffer.from(JSON.stringify({ realm: "r", users })), 64);
          expect(records.length).toBe(users.length);
        }),
        { numRuns: 100 },
      );
    },
  );
});

function formatOf(name: string): ImportFormat {
  const format = formats.find((one) => one.name === name);
  if (format === undefined) throw new Error(`no reader ${name}`);
  return format;
}

const memberNames = [
  ...["__proto__", "constructor", "id", "user_id", "_id", "localId", "status", "profile", "credentials", "identities"],
  ...["email", "username", "enabled", "attributes", "groups", "requiredActions", "federatedIdentities", "twoFactor"],
  ...["password", "password_digest", "encrypted_password", "passwordHash", "custom_password_hash", "mfa_factors"],
  ...["email_addresses", "verified_email_addresses", "totp_secret", "raw_user_meta_data", "banned_until", "created_at"],
  ...["createdAt", "lastSignedInAt", "providerUserInfo", "disabled", "blocked", "expiry", "preferredLanguages"],
];
