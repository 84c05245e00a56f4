import { describe, expect, it, onTestFinished } from "vitest";
import { startDynamoDb } from "../../lib/local/dynamodb/dynamodb.ts";
import { type DynamodbSettings, dynamodb } from "../../lib/sources/dynamodb.ts";
import { describeSource, named } from "../contracts/source.ts";
import { findDynamoDbLocal, startDynamoDbLocal } from "../support/dynamodb-local.ts";
import { type ProxyMode, startFaultProxy } from "../support/fault-proxy.ts";
import { dynamodbBed, usual } from "./dynamodb-bed.ts";
import { describeMarks } from "./dynamodb-mark.ts";
import { describeOperations } from "./dynamodb-operations.ts";

const found = findDynamoDbLocal();
const missing = "missing" in found ? found.missing : undefined;
if (missing !== undefined) process.stdout.write(`skipped: the source dynamodb on DynamoDB Local (${missing})\n`);

it.runIf(process.env.SAMEKEY_REQUIRE_SERVERS === "1")(
  "DynamoDB Local is there, since SAMEKEY_REQUIRE_SERVERS is 1",
  () => {
    expect(missing).toBeUndefined();
  },
);

describe("dynamodb on the embedded DynamoDB", () => {
  describeOn(() => startDynamoDb());
});

// Amazon's own emulator is the judge where the embedded one differs; without it the reason is printed above.
describe.skipIf(missing !== undefined)("dynamodb on DynamoDB Local", () => {
  describeOn(async () => {
    const local = await startDynamoDbLocal("jar" in found ? found.jar : "");
    return { endpoint: await local.endpoint(), stop: () => local.stop() };
  });
});

function describeOn(start: Parameters<typeof dynamodbBed>[0]): void {
  const bed = dynamodbBed(start);

  const atStall = (mode: ProxyMode) => async () => {
    const relay = await startFaultProxy(bed.port(), mode);
    onTestFinished(() => relay.stop());
    bed.elsewhere(`http://127.0.0.1:${relay.port}`);
    return { source: dynamodb(usual), open: relay.open };
  };
  describeSource("dynamodb", () => ({
    open: () => dynamodb(usual),
    known: {
      id: "1",
      lookups: [
        named("id", "1"),
        named("email", "ada@example.org"),
        named("username", "ada"),
        named("phone", "+441234567890"),
      ],
    },
    ambiguous: named("email", "twins@example.org"),
    unusable: named("email", "nameless@example.org"),
    openBroken: () => {
      bed.elsewhere("http://127.0.0.1:1");
      return dynamodb(usual);
    },
    stalled: { "before the answer": atStall("mute"), "in the answer, byte by byte": atStall("drip") },
    misconfigured,
  }));
  describeOperations(bed);
  describeMarks(bed, atStall("mute"));
}

// As a config in plain JavaScript may have them.
const wrong = (settings: object) => dynamodb({ ...usual, ...settings } as DynamodbSettings);
const misconfigured = [
  { source: wrong({ table: "no" }), paths: ["table"] },
  { source: wrong({ table: "arn:aws:dynamodb:eu-west-1:1:table/users" }), paths: ["table"] },
  { source: wrong({ table: "arn:aws:dynamodb:eu-west-1:123456789012:table/users" }), paths: [] },
  { source: wrong({ region: "Ireland", role: { arn: "admin" } }), paths: ["region", "role.arn"] },
  { source: wrong({ role: null }), paths: ["role.arn"] },
  { source: wrong({ tableKey: "userId" }), paths: ["tableKey"] },
  { source: wrong({ tableKey: ["a", "b", "c"] }), paths: ["tableKey"] },
  { source: wrong({ find: {} }), paths: ["tableKey", "find"] },
  { source: wrong({ find: { byEmail: { index: "email-index", key: "email" } } }), paths: ["tableKey"] },
  { source: wrong({ find: { byId: { key: (id: string) => ({ id }) } } }), paths: ["tableKey"] },
  {
    source: wrong({
      find: { byId: { key: "id" }, byName: {}, byEmail: "email", byPhone: { key: 5, indx: "x", index: "" } },
    }),
    paths: ["find.byName", "find.byEmail", "find.byPhone.indx", "find.byPhone.key", "find.byPhone.index"],
  },
  {
    source: wrong({ user: undefined, isUser: true, create: {}, update: "x", list: "yes", search: 1, remove: null }),
    paths: ["user", "isUser", "create", "update", "list", "search", "remove"],
  },
  {
    source: wrong({ find: { byEmail: { key: "email" } }, remove: true }),
    paths: ["find.byId"],
  },
  { source: wrong({ find: { byEmail: { key: "email" } }, mark: "movedAt" }), paths: ["find.byId"] },
  { source: wrong({ mark: "userId" }), paths: ["mark"] },
  { source: wrong({ mark: true }), paths: ["mark"] },
  { source: wrong({ table: undefined, find: null, user: null }), paths: ["table", "tableKey", "find", "user"] },
];
