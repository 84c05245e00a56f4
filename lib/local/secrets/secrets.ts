import { localAccountId, localRegion } from "../account.ts";
import { errorReply, type JsonService, startJsonServer } from "../aws-json-server.ts";
import { type FaultPlan, openFaultPlan } from "../faults.ts";
import { answerSecrets } from "./operations.ts";
import { openSecretStore } from "./store.ts";

export interface SecretsOptions {
  /** Secrets that are there from the start: name to text. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** The port to prefer; without it, or when it is taken, another one. */
  readonly port?: number;
  readonly region?: string;
  readonly accountId?: string;
  readonly faults?: FaultPlan;
}

export interface LocalSecrets {
  readonly endpoint: string;
  /** Requests per operation since the start. */
  readonly requests: ReadonlyMap<string, number>;
  readonly faults: FaultPlan;
  /** Creates the secret, or rotates it to this text. Answers its ARN. */
  put(name: string, text: string): string;
  stop(): Promise<void>;
}

/** Secrets Manager on 127.0.0.1, in memory: GetSecretValue, DescribeSecret, CreateSecret and PutSecretValue. */
export async function startSecrets(options: SecretsOptions = {}): Promise<LocalSecrets> {
  const { region = localRegion, accountId = localAccountId } = options;
  const store = openSecretStore(`arn:aws:secretsmanager:${region}:${accountId}`, Date.now);
  const faults = options.faults ?? openFaultPlan();
  const put = (name: string, text: string): string => {
    const secret = store.find(name) ?? store.create(name);
    store.add(secret, { SecretString: text }, undefined, ["AWSCURRENT"]);
    return secret.arn;
  };
  for (const [name, text] of Object.entries(options.secrets ?? {})) put(name, text);

  const server = await startJsonServer(service(store), faults, options.port);
  return { endpoint: server.endpoint, requests: server.requests, faults, put, stop: server.stop };
}

function service(store: ReturnType<typeof openSecretStore>): JsonService {
  return {
    contentType: "application/x-amz-json-1.1",
    target: "secretsmanager",
    answer: async (operation, body) => {
      const request = parseRequest(body);
      return request === undefined
        ? errorReply(400, "SerializationException", "the request is not a JSON object")
        : answerSecrets(store, operation, request);
    },
    faultReply: (_operation, fault) => {
      switch (fault.kind) {
        case "throttle":
          return errorReply(400, "ThrottlingException", "Rate exceeded");
        case "conflict":
          return errorReply(400, "ConcurrentModificationException", "The secret is being changed by another request.");
        case "error500":
          return errorReply(500, "InternalServiceError", "An error occurred on the server side.");
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
