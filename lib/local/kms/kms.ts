import { localAccountId, localRegion } from "../account.ts";
import { errorReply, type JsonService, startJsonServer } from "../aws-json-server.ts";
import { type FaultPlan, openFaultPlan } from "../faults.ts";
import { type LocalKeys, openKeys } from "./keys.ts";
import { answerKms } from "./operations.ts";

export interface KmsOptions {
  /** Keys that are there from the start, by alias (`alias/samekey`) or ARN. */
  readonly keys?: readonly string[];
  /** The port to prefer; without it, or when it is taken, another one. */
  readonly port?: number;
  readonly region?: string;
  readonly accountId?: string;
}

export interface LocalKms {
  readonly endpoint: string;
  /** Requests per operation since the start. */
  readonly requests: ReadonlyMap<string, number>;
  readonly faults: FaultPlan;
  /** As a key is disabled and enabled again in KMS. */
  setEnabled(key: string, enabled: boolean): void;
  stop(): Promise<void>;
}

/** AWS KMS on 127.0.0.1, in memory: GenerateDataKey and Decrypt with symmetric keys. What it sealed ends with it. */
export async function startKms(options: KmsOptions = {}): Promise<LocalKms> {
  const { region = localRegion, accountId = localAccountId } = options;
  const keys = openKeys(`arn:aws:kms:${region}:${accountId}`);
  for (const id of options.keys ?? []) keys.create(id);
  const faults = openFaultPlan();
  const { endpoint, requests, stop } = await startJsonServer(service(keys), faults, options.port);
  return { endpoint, requests, faults, setEnabled: keys.setEnabled, stop };
}

function service(keys: LocalKeys): JsonService {
  return {
    contentType: "application/x-amz-json-1.1",
    target: "TrentService",
    answer: async (operation, body) => {
      const request = parseRequest(body);
      return request === undefined
        ? errorReply(400, "SerializationException", "the request is not a JSON object")
        : answerKms(keys, operation, request);
    },
    faultReply: (_operation, fault) => {
      switch (fault.kind) {
        case "throttle":
          return errorReply(400, "ThrottlingException", "Rate exceeded");
        case "conflict":
          return errorReply(400, "KMSInvalidStateException", "The key's state does not allow this request.");
        case "error500":
          return errorReply(500, "KMSInternalException", "");
      }
    },
  };
}

function parseRequest(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
