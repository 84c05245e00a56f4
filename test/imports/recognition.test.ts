import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as readers from "../../lib/imports/index.ts";
import { exportName, members } from "../../scripts/lists.ts";
import { fixture } from "./read-file.ts";

// The general ones take any file of their kind, and are asked last.
const { csv: _, json: __, ndjson: ___, xlsx: ____, ...named } = readers;
const vendors = Object.values(named).map((reader) => reader());
const files = readdirSync(new URL("fixtures/", import.meta.url)).filter((file) => file !== "README.md");
const claimants = (head: Uint8Array): readonly string[] =>
  vendors.filter((vendor) => vendor.recognizes(head, "export")).map(({ name }) => name);

const owners: Readonly<Record<string, string>> = {
  "active-directory.ldif": "ldif",
  "auth0-export.ndjson": "auth0",
  "auth0-hashes.ndjson": "auth0",
  "auth0-import.json": "auth0",
  "clerk.csv": "clerk",
  "clerk.json": "clerk",
  "cognito.csv": "cognito",
  "firebase.csv": "firebase",
  "firebase.json": "firebase",
  "fusionauth.json": "fusionauth",
  "keycloak.json": "keycloak",
  "okta.ndjson": "okta",
  "openldap.ldif": "ldif",
  "supabase.csv": "supabase",
  "supabase.json": "supabase",
};

describe("recognition", () => {
  it("has a file of each reader", () => {
    expect(files.sort()).toEqual(Object.keys(owners).sort());
    expect(new Set(Object.values(owners))).toEqual(new Set(vendors.map(({ name }) => name)));
    expect(members("imports").map(exportName)).toEqual(expect.arrayContaining(Object.keys(readers)));
  });

  it.each(Object.entries(owners))("gives %s to %s alone, by its content and not its name", (file, owner) => {
    expect(claimants(fixture(file))).toEqual([owner]);
  });

  it("does not need more than the first record", () => {
    for (const file of files) {
      const whole = fixture(file);
      const head = whole.subarray(0, Math.min(whole.length, 1200));
      expect(claimants(head), file).toEqual([owners[file]]);
    }
  });

  it("knows a realm whose users stand behind the head", () => {
    expect(claimants(Buffer.from('{"id":"demo","accessTokenLifespan":300,"clients":[{"clientId":"app"'))).toEqual([
      "keycloak",
    ]);
  });

  it.each([
    ["nothing", ""],
    ["a CSV file of somebody's own", "id,email,password_hash\n1,a@example.com,x\n"],
    ["lines of somebody's own", '{"id":1,"email":"a@example.com","password":"x"}\n'],
    ["a list of somebody's own", '[{"id":1,"users":[{"id":2}]}]'],
    ["a document with users of nobody's", '{"users":[{"id":1,"email":"a@example.com"}]}'],
    ["a text", "Dear users,\ndn is short for distinguished name\n"],
    ["a workbook", "PK\u0003\u0004"],
  ])("gives %s to nobody", (_, text) => {
    expect(claimants(Buffer.from(text))).toEqual([]);
  });

  it("never throws, and never gives a file to two, whatever the bytes", () => {
    const cut = fc
      .constantFrom(...files)
      .chain((file) =>
        fc
          .tuple(fc.nat(fixture(file).length), fc.uint8Array({ maxLength: 40 }))
          .map(([at, more]) => Buffer.concat([fixture(file).subarray(0, at), more])),
      );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), cut), (head) => {
        expect(claimants(head).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 400 },
    );
  });
});
