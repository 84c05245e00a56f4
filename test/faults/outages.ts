import { expect } from "vitest";
import { grace } from "./people.ts";
import { migratedId, type Rig, type RigOptions } from "./rig.ts";

/** A fault that stops a sign-in: how it comes and goes, and what the log calls it. */
export interface Outage {
  readonly options?: RigOptions;
  readonly begin?: (rig: Rig) => Promise<unknown> | unknown;
  readonly end: (rig: Rig) => Promise<unknown> | unknown;
  readonly codes: readonly string[];
  /** How often an operation of DynamoDB was asked for, where asking again would help nobody. */
  readonly asked?: readonly [operation: string, times: number];
  /** Whether the write was done although nobody heard of it. */
  readonly written?: boolean;
}
const hang = { kind: "hang" } as const;
const denied = { kind: "error", status: 400, type: "AccessDeniedException", message: "canary-denied" } as const;
const warmed = async ({ signIn }: Rig) => expect(migratedId(await signIn(grace.name, grace.password))).toBe(grace.id);
export const outages: Readonly<Record<string, Outage>> = {
  "the legacy database refuses connections": {
    options: { legacy: "refuse" },
    end: ({ toLegacy }) => toLegacy.become("pass"),
    codes: ["SOURCE_UNAVAILABLE"],
  },
  "the legacy database hangs at the connection": {
    options: { legacy: "mute" },
    end: ({ toLegacy }) => toLegacy.become("pass"),
    // Two attempts of 1.5 s; a start that was slow leaves less than that.
    codes: ["SOURCE_UNAVAILABLE", "DEADLINE_EXCEEDED"],
  },
  "the legacy database hangs in the query": {
    begin: async (opened) => {
      await warmed(opened);
      await opened.toLegacy.become("mute");
    },
    end: ({ toLegacy }) => toLegacy.become("pass"),
    codes: ["DEADLINE_EXCEEDED"],
  },
  "the legacy database answers byte by byte": {
    options: { legacy: "drip" },
    end: ({ toLegacy }) => toLegacy.become("pass"),
    codes: ["SOURCE_UNAVAILABLE", "DEADLINE_EXCEEDED"],
  },
  "the legacy database cuts each connection at once": {
    options: { legacy: "reset" },
    end: ({ toLegacy }) => toLegacy.become("pass"),
    codes: ["SOURCE_UNAVAILABLE"],
  },
  "the legacy database cuts the connection in the midst of its answer": {
    begin: async (opened) => {
      await warmed(opened);
      await opened.toLegacy.become({ cutAfter: 20 });
    },
    end: ({ toLegacy }) => toLegacy.become("pass"),
    codes: ["SOURCE_UNAVAILABLE"],
  },
  "the legacy database hears, and is not heard": {
    begin: async (opened) => {
      await warmed(opened);
      await opened.toLegacy.become("deaf");
    },
    end: ({ toLegacy }) => toLegacy.become("pass"),
    codes: ["DEADLINE_EXCEEDED"],
  },
  "the connection to the legacy database is half open": {
    begin: async (opened) => {
      await warmed(opened);
      opened.toLegacy.forgetOpen();
    },
    // Nobody mends it: the next event has to take another connection by itself.
    end: () => undefined,
    codes: ["DEADLINE_EXCEEDED"],
  },
  "the legacy database is far away": {
    // Each of the handshake's trips takes longer than a connection may.
    options: { legacy: { delayMs: 1600 } },
    end: ({ toLegacy }) => toLegacy.become("pass"),
    codes: ["SOURCE_UNAVAILABLE", "DEADLINE_EXCEEDED"],
  },
  "the legacy database has too many connections": {
    begin: ({ role, server }) => server.sql(`alter role ${role} connection limit 0`),
    end: ({ role, server }) => server.sql(`alter role ${role} connection limit 10`),
    codes: ["SOURCE_UNAVAILABLE"],
  },
  "the legacy database refuses the password": {
    begin: ({ role, server }) => server.alterPassword(role, "another one"),
    end: ({ role, server }) => server.alterPassword(role, `canary-database-${role}`),
    codes: ["SOURCE_REFUSED_CREDENTIAL"],
  },
  "DynamoDB hangs in the read": {
    begin: ({ dynamo }) => dynamo.faults.always("GetItem", hang),
    end: ({ dynamo }) => dynamo.faults.clear(),
    codes: ["DEADLINE_EXCEEDED"],
  },
  "DynamoDB hangs in the write": {
    begin: ({ dynamo }) => dynamo.faults.always("TransactWriteItems", hang),
    end: ({ dynamo }) => dynamo.faults.clear(),
    codes: ["DEADLINE_EXCEEDED"],
  },
  "DynamoDB refuses connections": {
    options: { ledger: "refuse" },
    end: ({ toLedger }) => toLedger.become("pass"),
    codes: ["DEADLINE_EXCEEDED"],
  },
  "no packet to DynamoDB arrives": {
    options: { ledger: "mute" },
    end: ({ toLedger }) => toLedger.become("pass"),
    codes: ["DEADLINE_EXCEEDED"],
  },
  "DynamoDB answers byte by byte": {
    options: { ledger: "drip" },
    end: ({ toLedger }) => toLedger.become("pass"),
    codes: ["DEADLINE_EXCEEDED"],
  },
  "DynamoDB's answers are cut in the midst": {
    options: { ledger: { cutAfter: 60 } },
    end: ({ toLedger }) => toLedger.become("pass"),
    codes: ["DEADLINE_EXCEEDED"],
  },
  "DynamoDB's connections are cut at once": {
    begin: async (opened) => {
      await warmed(opened);
      await opened.toLedger.become("reset");
    },
    end: ({ toLedger }) => toLedger.become("pass"),
    codes: ["DEADLINE_EXCEEDED"],
  },
  "DynamoDB fails in itself": {
    begin: ({ dynamo }) => dynamo.faults.always("GetItem", { kind: "error500" }),
    end: ({ dynamo }) => dynamo.faults.clear(),
    codes: ["DEADLINE_EXCEEDED"],
  },
  "DynamoDB denies access": {
    begin: ({ dynamo }) => dynamo.faults.always("GetItem", denied),
    end: ({ dynamo }) => dynamo.faults.clear(),
    codes: ["LEDGER_UNAVAILABLE"],
    asked: ["GetItem", 1],
  },
  "DynamoDB denies the write": {
    begin: ({ dynamo }) => dynamo.faults.always("TransactWriteItems", denied),
    end: ({ dynamo }) => dynamo.faults.clear(),
    codes: ["LEDGER_UNAVAILABLE"],
    asked: ["TransactWriteItems", 1],
  },
  "the ledger's table is gone": {
    begin: ({ dynamo }) =>
      dynamo.faults.always("GetItem", {
        kind: "error",
        status: 400,
        type: "ResourceNotFoundException",
        message: "canary-gone",
      }),
    end: ({ dynamo }) => dynamo.faults.clear(),
    codes: ["LEDGER_UNAVAILABLE"],
    asked: ["GetItem", 1],
  },
  "DynamoDB throttles without end": {
    begin: ({ dynamo }) => dynamo.faults.always("TransactWriteItems", { kind: "throttle" }),
    end: ({ dynamo }) => dynamo.faults.clear(),
    codes: ["DEADLINE_EXCEEDED"],
  },
  "DynamoDB's answers are all lost after the write": {
    begin: ({ dynamo }) => dynamo.faults.always("TransactWriteItems", { kind: "lose-answer" }),
    end: ({ dynamo }) => dynamo.faults.clear(),
    codes: ["DEADLINE_EXCEEDED"],
    written: true,
  },
  "a page of another service answers for DynamoDB": {
    begin: ({ dynamo }) => dynamo.faults.always("GetItem", { kind: "html" }),
    end: ({ dynamo }) => dynamo.faults.clear(),
    codes: ["DEADLINE_EXCEEDED", "LEDGER_UNAVAILABLE"],
  },
  "Secrets Manager hangs": {
    begin: ({ secrets }) => secrets.faults.always("GetSecretValue", hang),
    end: ({ secrets }) => secrets.faults.clear(),
    codes: ["SECRET_UNAVAILABLE", "DEADLINE_EXCEEDED"],
  },
  "Secrets Manager refuses connections": {
    options: { secretStore: "refuse" },
    end: ({ toSecrets }) => toSecrets.become("pass"),
    codes: ["SECRET_UNAVAILABLE"],
  },
  "Secrets Manager answers byte by byte": {
    options: { secretStore: "drip" },
    end: ({ toSecrets }) => toSecrets.become("pass"),
    codes: ["SECRET_UNAVAILABLE", "DEADLINE_EXCEEDED"],
  },
  "Secrets Manager throttles": {
    begin: ({ secrets }) => secrets.faults.always("GetSecretValue", { kind: "throttle" }),
    end: ({ secrets }) => secrets.faults.clear(),
    codes: ["SECRET_UNAVAILABLE"],
  },
  "Secrets Manager denies access": {
    begin: ({ secrets }) => secrets.faults.always("GetSecretValue", denied),
    end: ({ secrets }) => secrets.faults.clear(),
    codes: ["SECRET_UNAVAILABLE"],
  },
  "the function has less time than the platform": {
    options: { legacy: "mute", timeoutMs: 2000 },
    end: ({ toLegacy }) => toLegacy.become("pass"),
    codes: ["DEADLINE_EXCEEDED"],
  },
};
