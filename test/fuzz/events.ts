import assert from "node:assert/strict";
import { parseHttpEvent } from "../../lib/aws/http-api.ts";
import type { Hook } from "../../lib/core/ports.ts";
import { importOfUpload, parseBatchKey } from "../../lib/distributed-import/keys.ts";
import { cognitoPostAuthentication } from "../../lib/hooks/cognito-post-authentication.ts";
import { cognitoPostConfirmation } from "../../lib/hooks/cognito-post-confirmation.ts";
import { cognitoPreAuthentication } from "../../lib/hooks/cognito-pre-authentication.ts";
import { cognitoPreSignUp } from "../../lib/hooks/cognito-pre-sign-up.ts";
import { cognitoUserMigration } from "../../lib/hooks/cognito-user-migration.ts";
import { parseStreamEvent } from "../../lib/ledger/stream.ts";
import { readPairs } from "../hooks/hook-events.ts";
import { oddValue, textLike, valueLike } from "./inputs.ts";
import { anItem } from "./samples.ts";
import { type FuzzTarget, target } from "./target.ts";

// Events of AWS: the triggers of a pool, the table's stream, the HTTP API, the state machine.

const hooks: Readonly<Record<string, Hook<unknown, unknown>>> = {
  "cognito-post-authentication": cognitoPostAuthentication,
  "cognito-post-confirmation": cognitoPostConfirmation,
  "cognito-pre-authentication": cognitoPreAuthentication,
  "cognito-pre-sign-up": cognitoPreSignUp,
  "cognito-user-migration": cognitoUserMigration,
};

const triggers = Object.entries(hooks).map(([name, hook]) => {
  const input = valueLike(readPairs(name).pairs.map(({ event }) => event));
  return target({
    name: `hook ${name}`,
    input,
    codes: ["EVENT_INVALID"],
    parse(event) {
      const request = hook.parse(event);
      assert(["sign-in", "look-up", "gate", "sign-up", "completed"].includes(request.kind));
      if (request.kind === "sign-in") assert(request.password.byteLength <= 4096);
      // Whatever was decided, an answer can be given.
      if (name === "cognito-user-migration") hook.render({ kind: "denied", reason: "unknown-user" }, event);
      else hook.render({ kind: "allowed" }, event);
    },
  });
});

const streamEvent = {
  Records: [
    {
      eventID: "1",
      eventName: "MODIFY",
      dynamodb: {
        SequenceNumber: "1",
        Keys: { pk: { S: "user#shop#1" }, sk: { S: "user" } },
        OldImage: anItem,
        NewImage: { ...anItem, version: { N: "4" } },
      },
    },
    { dynamodb: { SequenceNumber: "2", NewImage: { pk: { S: "count#1" }, sk: { S: "count" } } } },
  ],
};

const httpEvent = {
  version: "2.0",
  rawPath: "/imports",
  headers: { "content-type": "application/json", "idempotency-key": "k" },
  pathParameters: { id: "7d9c9f0e-0000-4000-8000-000000000000" },
  requestContext: {
    authorizer: { iam: { accountId: "000000000000", userId: "AROAEXAMPLE:session", userArn: "arn:aws:sts::0:x/y" } },
  },
  body: '{"name":"users.csv"}',
  isBase64Encoded: false,
};

export const eventTargets: readonly FuzzTarget[] = [
  ...triggers,
  target({
    name: "stream event",
    input: valueLike([streamEvent]),
    codes: ["EVENT_INVALID", "LEDGER_DAMAGED"],
    parse(event) {
      for (const { change } of parseStreamEvent(event)) if (change !== undefined) assert(change.after.version >= 1);
    },
  }),
  target({
    name: "HTTP API event",
    input: valueLike([httpEvent]),
    codes: ["EVENT_INVALID"],
    parse(event) {
      const { body, caller } = parseHttpEvent(event);
      assert(body instanceof Uint8Array && caller.includes("/"));
    },
  }),
  target({
    name: "object key",
    input: textLike([
      "uploads/7d9c9f0e-0000-4000-8000-000000000000",
      "work/7d9c9f0e-0000-4000-8000-000000000000/batch-000001.json",
    ]),
    codes: [],
    parse(key) {
      for (const found of [importOfUpload(key), parseBatchKey(key)?.id]) {
        if (found !== undefined) assert.match(found, /^[0-9a-f-]{36}$/);
      }
    },
  }),
  target({
    name: "object key of any kind",
    input: oddValue,
    codes: [],
    parse: (key) => [importOfUpload(key), parseBatchKey(key)],
  }),
];
