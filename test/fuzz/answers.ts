import assert from "node:assert/strict";
import fc from "fast-check";
import { readPageToken, writePageToken } from "../../lib/aws/page-token.ts";
import { readAccessToken } from "../../lib/protocols/access-token.ts";
import { readAnswer, readPage as readCustomPage, readTruth, readUser } from "../../lib/protocols/custom-answers.ts";
import { readFirebaseSignIn } from "../../lib/protocols/firebase-sign-in.ts";
import { carries, literalPattern, valuesAt } from "../../lib/protocols/mongodb-fields.ts";
import { readGrantError } from "../../lib/protocols/oauth-token.ts";
import {
  readAuthenticated,
  readFound,
  readMarked,
  readPage,
  readRemoved,
  readVerdict,
  readWritten,
} from "../../lib/protocols/service-answers.ts";
import { userPoolChallenge, userPoolDenial } from "../../lib/protocols/user-pool-answers.ts";
import { custom } from "../../lib/sources/custom.ts";
import { oddValue, textLike, valueLike } from "./inputs.ts";
import { aMappedUser } from "./samples.ts";
import { type FuzzTarget, target } from "./target.ts";

// What legacy stores and services answer: rows, documents, JSON, tokens.

const user = {
  ...{ id: "1", username: "ann", enabled: true, attributes: { email: "ann@example.org" } },
  ...{ password: { encoded: "x" }, groups: ["staff"] },
};
const asked = { name: "service", action: "find" } as const;
const serviceAnswers = [
  { users: [user] },
  { users: [user], next: "2" },
  { kind: "match", user },
  { kind: "denied", reason: "wrong-password" },
  { match: true },
  { removed: true },
  { marked: true },
  { user },
  { taken: true },
];
const serviceCodes = ["SOURCE_UNAVAILABLE", "RECORD_AMBIGUOUS", "RECORD_UNUSABLE", "RECORD_TAKEN"] as const;
const readers = { readFound, readAuthenticated, readVerdict, readRemoved, readMarked, readWritten } as const;

const status = fc.constantFrom(200, 400, 401, 403, 429, 500);
const jsonAnswers = (examples: readonly unknown[]) => fc.record({ status, json: valueLike(examples) });

const tableKey = ["tenant", "id"];

/** What an adopter's `find` gives, whatever it is, comes out as a user, as nobody, or with a code. */
const findsAnything = (value: unknown) =>
  custom({ name: "custom", lookups: ["id"], find: async () => value as never }).find?.(
    { by: "id", canonical: "1", typed: "1" },
    new AbortController().signal,
  );

export const answerTargets: readonly FuzzTarget[] = [
  ...Object.entries(readers).map(([name, read]) =>
    target({
      name: `service answer ${name}`,
      input: valueLike(serviceAnswers),
      codes: serviceCodes,
      parse(answer) {
        const found = read(answer, asked);
        // Only the documented shape lets anybody in.
        if (name === "readVerdict") assert(found !== "match" || (answer as { match: unknown }).match === true);
      },
    }),
  ),
  target({
    name: "service answer readPage",
    input: valueLike(serviceAnswers),
    codes: serviceCodes,
    parse: (answer) => assert(readPage(answer, 10, asked).users.length <= 10),
  }),
  target({
    name: "custom source's user",
    input: valueLike([aMappedUser, user]),
    codes: ["RECORD_UNUSABLE", "CONFIG_INVALID"],
    parse: (answer) => readUser(answer, "find", "custom"),
  }),
  target({
    name: "custom source's find",
    input: valueLike([aMappedUser, user]),
    codes: ["RECORD_UNUSABLE", "CONFIG_INVALID", "SOURCE_UNAVAILABLE"],
    parse: findsAnything,
  }),
  target({
    name: "custom source's authenticate",
    input: valueLike(serviceAnswers),
    codes: ["RECORD_UNUSABLE", "CONFIG_INVALID"],
    parse(answer) {
      const { kind } = readAnswer(answer, "custom");
      assert.equal(kind, (answer as { kind: unknown }).kind);
    },
  }),
  target({
    name: "custom source's page",
    input: valueLike(serviceAnswers),
    codes: ["RECORD_UNUSABLE", "CONFIG_INVALID"],
    parse: (answer) => readCustomPage(answer, { size: 10, after: "1" }, "list", "custom"),
  }),
  target({
    name: "custom source's truth",
    input: oddValue,
    codes: ["CONFIG_INVALID"],
    parse: (answer) => assert.equal(readTruth(answer, "mark", "custom"), answer),
  }),
  target({
    name: "Firebase sign-in",
    input: jsonAnswers([
      { localId: "1", idToken: "x" },
      { mfaPendingCredential: "x" },
      { error: { code: 400, message: "INVALID_PASSWORD : no" } },
    ]),
    codes: [],
    parse(answer) {
      if (readFirebaseSignIn(answer)?.kind === "right") assert.equal(answer.status, 200);
    },
  }),
  target({
    name: "OAuth answer",
    input: jsonAnswers([
      { access_token: "header.payload.signature", token_type: "Bearer", expires_in: 300 },
      { error: "invalid_grant", error_description: "no" },
    ]),
    codes: [],
    parse: (answer) => [readGrantError(answer), readAccessToken(answer)],
  }),
  target({
    name: "user pool's answer",
    input: fc.tuple(oddValue, textLike(["NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA", "SMS_MFA"])),
    codes: [],
    parse: ([error, challenge]) => [userPoolDenial(error), userPoolChallenge(challenge)],
  }),
  target({
    name: "page token",
    input: textLike([
      writePageToken(tableKey, { tenant: { S: "a" }, id: { N: "12" } }),
      writePageToken(tableKey, { tenant: { S: "ä/\u0000" }, id: { B: Buffer.from("x") } }),
    ]),
    codes: ["SOURCE_UNAVAILABLE"],
    parse(token) {
      assert.equal(writePageToken(tableKey, readPageToken("dynamodb", tableKey, token)), token);
    },
  }),
  target({
    name: "MongoDB document",
    input: fc.tuple(
      valueLike([{ _id: "1", email: "a@example.org", names: [{ first: "ann" }] }]),
      textLike(["names.first", "email"]),
    ),
    codes: [],
    parse: ([document, path]) => carries(valuesAt(document, path), "ann"),
  }),
  target({
    name: "MongoDB search text",
    input: fc.tuple(textLike(["a.b*", "(x|y)", "\\d+"]), textLike(["a.b*"])),
    codes: [],
    parse([text, other]) {
      if (!text.isWellFormed() || !other.isWellFormed()) return;
      // The text is data: the pattern finds it, and finds it where it stands alone.
      const pattern = new RegExp(literalPattern(text));
      assert(pattern.test(text));
      assert.equal(pattern.test(other), other.includes(text));
    },
  }),
];
