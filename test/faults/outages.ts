import { expect } from "vitest";
import { grace } from "./people.ts";
import { migratedId, type Rig, type RigOptions } from "./rig.ts";

/** A fault that stops a sign-in: how it comes and goes, and what the log calls it. */
export interface Outage {
  readonly options?: RigOptions;
  readonly begin?: (rig: Rig) => Promise<unknown> | unknown;
  readonly end: (rig: Rig) => Promise<unknown> | unknown;
  readonly codes: readonly string[];
  /** Whether the write was done although nobody heard of it. */
  readonly written?: boolean;
}
const hang = { kind: "hang" } as const;
const warmed = async ({ signIn }: Rig) => expect(migratedId(await signIn(grace.name, grace.password))).toBe(grace.id);
export const outages: Readonly<Record<string, Outage>> = {
  "the legacy database refuses connections": {
    options: { relay: "refuse" },
    end: ({ relay }) => relay.become("pass"),
    codes: ["SOURCE_UNAVAILABLE"],
  },
  "the legacy database hangs at the connection": {
    options: { relay: "mute" },
    end: ({ relay }) => relay.become("pass"),
    // Two attempts of 1.5 s; a start that was slow leaves less than that.
    codes: ["SOURCE_UNAVAILABLE", "DEADLINE_EXCEEDED"],
  },
  "the legacy database hangs in the query": {
    begin: async (opened) => {
      await warmed(opened);
      await opened.relay.become("mute");
    },
    end: ({ relay }) => relay.become("pass"),
    codes: ["DEADLINE_EXCEEDED"],
  },
  "the legacy database answers byte by byte": {
    options: { relay: "drip" },
    end: ({ relay }) => relay.become("pass"),
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
  "the function has less time than the platform": {
    options: { relay: "mute", timeoutMs: 2000 },
    end: ({ relay }) => relay.become("pass"),
    codes: ["DEADLINE_EXCEEDED"],
  },
};
