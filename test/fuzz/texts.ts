import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalIdentifier, identifierKind } from "../../lib/core/identifier.ts";
import {
  accountTime,
  denialOfSubCode,
  guidBytes,
  guidText,
  isAccountEnabled,
} from "../../lib/protocols/active-directory-account.ts";
import { parseLdapAddress } from "../../lib/protocols/ldap-address.ts";
import type { LdapEntry } from "../../lib/protocols/ldap-entry.ts";
import { escapeDnValue, isAttributeName, isCalled, isNameable } from "../../lib/protocols/ldap-names.ts";
import { decodeLossless, encodeLossless } from "../../lib/protocols/lossless-text.ts";
import { parseMongodbAddress } from "../../lib/protocols/mongodb-address.ts";
import { parseSqlAddress } from "../../lib/protocols/sql-address.ts";
import { bytesLike, textLike } from "./inputs.ts";
import { type FuzzTarget, target } from "./target.ts";

// What people type, secrets that say where a store is, and the names of directories.

const secretName = "samekey/legacy-database";
const canary = "canary9f3a";

/** An address, or SECRET_INVALID without a word of the secret. */
function secretTarget(name: string, examples: readonly string[], parse: (text: string) => unknown): FuzzTarget {
  return target({
    name,
    input: textLike(examples),
    codes: ["SECRET_INVALID"],
    parse(text) {
      try {
        parse(text);
      } catch (error) {
        if (error instanceof Error) assert(!error.message.includes(canary), "a message repeats the secret");
        throw error;
      }
    },
  });
}

const sqlExamples = [
  `postgres://ann:${canary}@db.example.com:5432/shop?sslmode=require`,
  `postgres://a%40b:${canary}@[::1]/shop`,
  `{"username":"ann","password":"${canary}","host":"db","port":5432,"dbname":"shop"}`,
];
const mongodbExamples = [
  `mongodb://ann:${canary}@a:27017,b:27017/shop?replicaSet=rs0&authSource=admin`,
  `mongodb+srv://ann:${canary}@cluster.example.com/shop`,
  `{"username":"ann","password":"${canary}","host":"db","port":27017,"ssl":true}`,
];
const ldapExamples = [
  `{"url":"ldaps://ldap.example.org:636","bindDn":"cn=reader,dc=example,dc=org","password":"${canary}"}`,
];

const identifiers = [
  "ann",
  "Ann@Example.com",
  "+1 555 0100",
  "straße@example.de",
  "İstanbul",
  "a\u0301nn",
  "ann@例え.jp",
];

/** An entry whose attributes all have this text. */
const entryOf = (control: string, expires: string): LdapEntry =>
  ({ text: (name: string) => (name === "userAccountControl" ? control : expires) }) as unknown as LdapEntry;

export const textTargets: readonly FuzzTarget[] = [
  secretTarget("secret of a SQL database", sqlExamples, (text) => {
    const { port } = parseSqlAddress(text, secretName, { schemes: ["postgres", "postgresql"], port: 5432 });
    assert(port >= 1 && port <= 65_535);
  }),
  secretTarget("secret of MongoDB", mongodbExamples, (text) => parseMongodbAddress(text, secretName)),
  secretTarget("secret of a directory", ldapExamples, (text) => parseLdapAddress(text, secretName, true)),
  target({
    name: "identifier",
    input: fc.tuple(textLike(identifiers), fc.constantFrom("sensitive" as const, "insensitive" as const)),
    codes: [],
    parse([typed, usernameCase]) {
      assert(["email", "phone", "username"].includes(identifierKind(typed)));
      const lookup = canonicalIdentifier(typed, { usernameCase });
      if (lookup === undefined) return;
      assert(lookup.canonical !== "" && lookup.canonical.isWellFormed());
      // One form: what is canonical stays so, or two looks would lead to two users.
      const again = canonicalIdentifier(lookup.canonical, { usernameCase });
      assert.equal(again?.canonical, lookup.canonical);
    },
  }),
  target({
    name: "value of a DN",
    input: textLike(["ann", " a,b+c ", '#"\\<>;=', "Müller"]),
    codes: [],
    parse(text) {
      const escaped = escapeDnValue(text);
      // Nothing is left by which the value could end, or become another attribute's.
      assert.doesNotMatch(escaped.replaceAll(/\\[0-9a-f]{2}/g, ""), /["+,;<>\\=#]/);
      assert(!escaped.includes("\u0000"));
      const back = escaped.replaceAll(/\\([0-9a-f]{2})/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
      assert.equal(back, text);
    },
  }),
  target({
    name: "name in a directory",
    input: fc.tuple(textLike(["uid", "1.2.840.113556.1.4.1", "mail;x"]), textLike(["ann", "+15550100"])),
    codes: [],
    parse([name, value]) {
      if (isAttributeName(name)) assert.match(name, /^[A-Za-z0-9.-]+$/);
      if (isNameable(value)) assert(value.isWellFormed());
      isCalled(value, "ann", "phone");
    },
  }),
  target({
    name: "account of Active Directory",
    input: fc.tuple(
      textLike(["512", "66050", "-2147483648"]),
      textLike(["0", "9223372036854775807", "133000000000000000"]),
      textLike(["52e", "533"]),
      textLike(["00112233-4455-6677-8899-aabbccddeeff"]),
    ),
    codes: [],
    parse([control, expires, subCode, guid]) {
      isAccountEnabled(entryOf(control, expires), 1_700_000_000_000);
      accountTime(expires);
      denialOfSubCode(subCode);
      const bytes = guidBytes(guid);
      if (bytes !== undefined) assert.equal(guidText(bytes), guid);
    },
  }),
  target({
    name: "text of a file in any encoding",
    input: bytesLike([Buffer.from("zoë-王-😀"), Buffer.from([0xff, 0xfe, 0x00, 0xd8])]),
    codes: [],
    parse(bytes) {
      assert(Buffer.from(encodeLossless(decodeLossless(Buffer.from(bytes)))).equals(Buffer.from(bytes)));
    },
  }),
];
