import { DecryptCommand, GenerateDataKeyCommand, KMSClient, type KMSClientConfig } from "@aws-sdk/client-kms";
import { MigrationError } from "../core/errors.ts";
import type { WrappingKey } from "../core/vault-ports.ts";
import { clientSettings } from "./client-settings.ts";
import { isPassing, pause } from "./dynamodb-retry.ts";

// Three attempts that hang end within the event's four seconds, so that the log says what hung.
const attempts = 3;
const attemptMs = 1000;

/** A KMS client that really gives up. Where it is and who asks is the function's own, unless it is given. */
export function openKms(access: Pick<KMSClientConfig, "endpoint" | "region" | "credentials"> = {}): KMSClient {
  return new KMSClient({
    ...clientSettings(),
    ...access,
    maxAttempts: 1,
    // The request's time ends with the first byte of the answer; the socket's covers an answer that stops half-way.
    requestHandler: {
      connectionTimeout: 700,
      requestTimeout: attemptMs,
      socketTimeout: attemptMs,
      throwOnRequestTimeout: true,
    },
  });
}

/**
 * A key in AWS KMS. The client is made at the first use. Its module is imported at once: the bundler then keeps these
 * two commands alone, and only configs that name a key lead here.
 */
export function kmsWrappingKey(id: string, open: () => KMSClient = openKms): WrappingKey {
  let opened: KMSClient | undefined;
  const client = (): KMSClient => {
    opened ??= open();
    return opened;
  };
  return {
    id,
    async makeDataKey(EncryptionContext, signal) {
      const command = new GenerateDataKeyCommand({ KeyId: id, KeySpec: "AES_256", EncryptionContext });
      const made = await repeated(id, signal, () => client().send(command, { abortSignal: signal }));
      if (made.Plaintext === undefined || made.CiphertextBlob === undefined) throw unavailable(id, "no data key");
      return { plain: made.Plaintext, sealed: made.CiphertextBlob };
    },
    async openDataKey(sealed, EncryptionContext, signal) {
      // Naming the key keeps out a data key that somebody made with a key of his own.
      const command = new DecryptCommand({ KeyId: id, CiphertextBlob: sealed, EncryptionContext });
      const { Plaintext } = await repeated(id, signal, () => client().send(command, { abortSignal: signal }));
      if (Plaintext?.byteLength !== 32) throw unavailable(id, "no data key");
      return Plaintext;
    },
  };
}

async function repeated<T>(id: string, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await send();
    } catch (error) {
      signal.throwIfAborted();
      if (attempt + 1 === attempts || !isPassing(error)) throw faultOf(id, error);
    }
    await pause(attempt, signal, Math.random);
  }
}

// https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors
function faultOf(id: string, error: unknown): MigrationError {
  const name = error instanceof Error ? error.name : typeof error;
  if (name !== "InvalidCiphertextException") return unavailable(id, name, error);
  return new MigrationError(
    "LEDGER_DAMAGED",
    `the KMS key ${id} does not open the data key of an item: it was changed, or made for another table`,
    { cause: error },
  );
}

function unavailable(id: string, answer: string, cause?: unknown): MigrationError {
  return new MigrationError("VAULT_UNAVAILABLE", `the KMS key ${id}: KMS answered ${answer}`, { cause });
}
