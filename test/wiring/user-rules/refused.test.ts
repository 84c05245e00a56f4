import { expect, it } from "vitest";
import type { AnsweredUser } from "../../../lib/wiring/user-rules/answered-user.ts";
import { emailPool, type PoolInput } from "../../local/user-pool/support.ts";
import { aUser, custom, tryAt } from "./trial.ts";

const aliasPool: PoolInput = { AliasAttributes: ["email", "phone_number"] };
const insensitive: PoolInput = { UsernameConfiguration: { CaseSensitive: false } };
const sensitiveEmailPool: PoolInput = { UsernameAttributes: ["email"], UsernameConfiguration: { CaseSensitive: true } };
const ann = { email: "ann@example.org", email_verified: "true" };

function attributes(more: Readonly<Record<string, string>>): AnsweredUser {
  return aUser({ attributes: { ...ann, ...more } });
}

function schema(...Schema: NonNullable<PoolInput["Schema"]>): PoolInput {
  return { Schema };
}

// What is said, and the words with which the simulator refuses the same user.
const broken: readonly (readonly [string, PoolInput, AnsweredUser, string, RegExp])[] = [
  ["an answer without any attribute", {}, aUser({ attributes: {} }), "STOP attributes", /Exception migrating/],
  ["an attribute that the schema lacks", {}, attributes({ "custom:plan": "x" }), "STOP custom:plan", /not exist/],
  [
    "an attribute that only developers may write",
    schema(custom("plan", { DeveloperOnlyAttribute: true })),
    attributes({ "custom:plan": "x" }),
    "STOP custom:plan",
    /not exist/,
  ],
  [
    "the legacy id in a wired pool without its attribute",
    {},
    attributes({ "custom:legacy_id": "7" }),
    "STOP custom:legacy_id",
    /not exist/,
  ],
  [
    "a lacking required attribute",
    schema({ Name: "family_name", Required: true }),
    aUser(),
    "STOP family_name",
    /family_name: The attribute is required/,
  ],
  [
    "an empty required attribute",
    schema({ Name: "family_name", Required: true }),
    attributes({ family_name: "" }),
    "STOP family_name",
    /family_name: The attribute is required/,
  ],
  [
    "a text below the least length",
    schema(custom("code", { StringAttributeConstraints: { MinLength: "4" } })),
    attributes({ "custom:code": "abc" }),
    "STOP custom:code",
    /at least 4/,
  ],
  [
    "a text over the greatest length",
    schema(custom("code", { StringAttributeConstraints: { MaxLength: "4" } })),
    attributes({ "custom:code": "abcde" }),
    "STOP custom:code",
    /no longer than 4/,
  ],
  ["a birthdate that is none", {}, attributes({ birthdate: "1815" }), "STOP birthdate", /at least 10/],
  ["a value over 2,048 characters", {}, attributes({ name: "n".repeat(2049) }), "STOP name", /no longer than 2048/],
  [
    "a number below the least",
    schema(custom("age", { AttributeDataType: "Number", NumberAttributeConstraints: { MinValue: "18" } })),
    attributes({ "custom:age": "17" }),
    "STOP custom:age",
    /at least 18/,
  ],
  [
    "a number over the greatest",
    schema(custom("age", { AttributeDataType: "Number", NumberAttributeConstraints: { MaxValue: "120" } })),
    attributes({ "custom:age": "121" }),
    "STOP custom:age",
    /no more than 120/,
  ],
  [
    "a number that is none",
    schema(custom("age", { AttributeDataType: "Number" })),
    attributes({ "custom:age": "old" }),
    "STOP custom:age",
    /Not a valid integer/,
  ],
  [
    "a boolean that is none",
    schema(custom("paid", { AttributeDataType: "Boolean" })),
    attributes({ "custom:paid": "yes" }),
    "STOP custom:paid",
    /Not a valid boolean/,
  ],
  [
    "a date that is none",
    schema(custom("since", { AttributeDataType: "DateTime" })),
    attributes({ "custom:since": "long ago" }),
    "STOP custom:since",
    /Not a valid date/,
  ],
  ["an e-mail address that is none", {}, attributes({ email: "ann at home" }), "STOP email", /Invalid email/],
  ["a phone number with spaces", {}, attributes({ phone_number: "+49 170 12" }), "STOP phone_number", /Invalid phone/],
  ["a phone number without a plus", {}, attributes({ phone_number: "0170123" }), "STOP phone_number", /Invalid phone/],
  [
    "a malformed phone number that was typed as an alias",
    aliasPool,
    aUser({ typed: "+49 1", username: "ann", attributes: { ...ann, phone_number: "+49 1" } }),
    "STOP phone_number",
    /Invalid phone/,
  ],
  ["a user name with a space", {}, aUser({ typed: "ann lee" }), "STOP user name", /Exception migrating/],
  ["a user name over 128 characters", {}, aUser({ typed: "a".repeat(129) }), "STOP user name", /Exception migrating/],
  [
    "an e-mail address for a name at its alias",
    aliasPool,
    aUser({ typed: ann.email }),
    "STOP user name",
    /email format/,
  ],
  ["a phone number for a name at its alias", aliasPool, aUser({ typed: "+4917012" }), "STOP user name", /phone number/],
  ["a plain name where an address names users", emailPool, aUser(), "STOP user name", /should be an email/],
  ["a phone number where an address names users", emailPool, aUser({ typed: "+491" }), "STOP user name", /be an email/],
  [
    "another name than was typed where that is no alias",
    { AliasAttributes: ["phone_number"] },
    aUser({ typed: ann.email, username: "ann" }),
    "STOP user name",
    /Exception migrating/,
  ],
  [
    "another name than was typed in a pool without aliases",
    insensitive,
    aUser({ typed: "annie", username: "ann" }),
    "STOP user name",
    /Exception migrating/,
  ],
  [
    "an address in another case where the pool tells Ann from ann",
    sensitiveEmailPool,
    aUser({ typed: "Ann@example.org" }),
    "STOP email",
    /not the one that was given/,
  ],
  [
    "an address that is not the user's where it names users",
    emailPool,
    aUser({ typed: "bob@example.org" }),
    "STOP email",
    /not the one that was given/,
  ],
];

it.each(broken)("stops %s, and the pool refuses the user", async (_, pool, user, said, refusal) => {
  const trial = await tryAt(pool, user);
  expect(trial.said).toContain(said);
  const answer = await trial.signIn();
  expect(answer).toContain("UserNotFoundException");
  expect(answer).toMatch(refusal);
});

const kept: readonly (readonly [string, PoolInput, AnsweredUser])[] = [
  ["a plain user", {}, aUser()],
  ["a name that people type in upper case", insensitive, aUser({ typed: "ANN", username: "ann" })],
  ["an address in another case", emailPool, aUser({ typed: "Ann@Example.org" })],
  ["an address that only what was typed tells", emailPool, aUser({ typed: ann.email, attributes: ann })],
  ["a name beside an alias that was typed", aliasPool, aUser({ typed: ann.email, username: "ann" })],
  [
    "an empty value of another type",
    schema(custom("age", { AttributeDataType: "Number" })),
    attributes({ "custom:age": "" }),
  ],
  [
    "values at the bounds",
    schema(
      custom("code", { StringAttributeConstraints: { MinLength: "2", MaxLength: "2" } }),
      custom("age", { AttributeDataType: "Number", NumberAttributeConstraints: { MinValue: "-1", MaxValue: "-1" } }),
      custom("paid", { AttributeDataType: "Boolean" }),
      custom("since", { AttributeDataType: "DateTime" }),
    ),
    attributes({
      "custom:code": "ab",
      "custom:age": "-1",
      "custom:paid": "false",
      "custom:since": "1815-12-10T00:00:00Z",
      name: "n".repeat(2048),
      phone_number: "+491701234567",
    }),
  ],
];

it.each(kept)("says nothing of %s, and the pool takes the user", async (_, pool, user) => {
  const trial = await tryAt(pool, user);
  expect(trial.said).toEqual([]);
  expect(await trial.signIn()).toBe("tokens");
});

it("only warns of the missing legacy id before the pool is wired", async () => {
  const { pool } = await tryAt({ LambdaConfig: {} }, aUser());
  expect(pool.LambdaConfig).toEqual({});
  const trial = await tryAt({ LambdaConfig: {} }, attributes({ "custom:legacy_id": "7" }));
  expect(trial.said).toEqual(["warn custom:legacy_id"]);
});

it("names what Cognito's documentation leaves open", async () => {
  const pool = schema(custom("code", { StringAttributeConstraints: { MaxLength: "2" } }));
  const trial = await tryAt(pool, attributes({ "custom:code": "😀😀", phone_number: `+${"1".repeat(16)}` }));
  expect(trial.said).toEqual(["STOP custom:code", "warn phone_number"]);
  for (const { text } of trial.findings) expect(text).toContain("unverified");
});

it("tells every broken rule at once, and no value", async () => {
  const pool = schema({ Name: "family_name", Required: true }, custom("paid", { AttributeDataType: "Boolean" }));
  const trial = await tryAt(pool, attributes({ "custom:paid": "sesame", "custom:plan": "sesame" }));
  expect(trial.said).toEqual(["STOP custom:paid", "STOP custom:plan", "STOP family_name"]);
  expect(JSON.stringify(trial.findings)).not.toContain("sesame");
});
