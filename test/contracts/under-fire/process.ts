import type { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { MigrationError } from "../../../lib/core/errors.ts";
import type { WrappingKey } from "../../../lib/core/vault-ports.ts";

/** What goes wrong with one process: at its call of that number, from 1, to whatever service. */
export type Fault =
  /** It ends there and makes no further call; `sent` says whether that call still reaches the other side. */
  | { readonly kind: "crash"; readonly call: number; readonly sent: boolean }
  /** The call is carried out and its answer is cut off; the process goes on. */
  | { readonly kind: "lost answer"; readonly call: number };

/** What a process reaches the outside by. */
export interface Clients {
  readonly dynamo: DynamoDBClient;
  readonly cognito: CognitoIdentityProviderClient;
  readonly key: WrappingKey;
}

/** A Lambda environment, a command of an operator or an import: its calls are counted, and one of them may be its last. */
export interface Process extends Clients {
  isDead(): boolean;
}

interface Sends {
  send(command: unknown, options?: unknown): Promise<unknown>;
}

/** @param carriedOut Told each command that DynamoDB has carried out, whether its answer comes through or not. */
export function startProcess(
  clients: Clients,
  fault: Fault | undefined,
  carriedOut: (command: unknown) => void,
): Process {
  let calls = 0;
  let dead = false;

  async function call<T>(work: () => Promise<T>): Promise<T> {
    calls += 1;
    if (dead) throw ended();
    if (fault === undefined || calls !== fault.call) return work();
    if (fault.kind === "lost answer") {
      await work();
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    }
    dead = true;
    if (fault.sent) await work().catch(() => undefined);
    throw ended();
  }

  const through = <Client extends object>(client: Client, told: (command: unknown) => void): Client => {
    const { send } = client as unknown as Sends;
    const wrapped: Sends = {
      send: (command, options) =>
        call(async () => {
          const answer = await send.call(client, command, options);
          told(command);
          return answer;
        }),
    };
    return wrapped as unknown as Client;
  };

  return {
    dynamo: through(clients.dynamo, carriedOut),
    cognito: through(clients.cognito, () => undefined),
    key: {
      id: clients.key.id,
      makeDataKey: (context, signal) => call(() => clients.key.makeDataKey(context, signal)),
      openDataKey: (sealed, context, signal) => call(() => clients.key.openDataKey(sealed, context, signal)),
    },
    isDead: () => dead,
  };
}

function ended(): MigrationError {
  return new MigrationError("LEDGER_UNAVAILABLE", "the process is no more");
}
