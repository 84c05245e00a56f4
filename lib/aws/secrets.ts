import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { untilAborted } from "../core/deadline.ts";
import { MigrationError } from "../core/errors.ts";
import { clientSettings } from "./client-settings.ts";

/** Reads one secret's current text. */
export type FetchSecret = (name: string, signal: AbortSignal) => Promise<string>;

export interface SecretCache {
  /** The text as last fetched, fetched afresh after its time. */
  read(name: string, signal: AbortSignal): Promise<string>;
  /** Fetched now, because the text was refused where it was used (a rotation). */
  refresh(name: string, signal: AbortSignal): Promise<string>;
}

interface Kept {
  readonly text: string;
  readonly fetchedAt: number;
}

/** A fetch under way, and whose time it takes. */
interface Fetching {
  readonly text: Promise<string>;
  readonly signal: AbortSignal;
}

// A rotation is noticed at once by the refusal; this only bounds how long an unused old text stays in memory.
const keepMs = 10 * 60_000;
// A credential that is refused again right after a fetch is wrong, not old: asking once more would only add load.
const minRefreshMs = 5_000;

/** Fetches a secret once per environment. A failed fetch is never kept. */
export function openSecretCache(fetchSecret: FetchSecret, now: () => number = () => performance.now()): SecretCache {
  const kept = new Map<string, Kept>();
  const pending = new Map<string, Fetching>();

  async function load(name: string, signal: AbortSignal): Promise<string> {
    const running = pending.get(name);
    if (running === undefined) return begin(name, signal);
    try {
      return await untilAborted(running.text, signal);
    } catch (error) {
      signal.throwIfAborted();
      // It was another's time that was over, not this one's.
      if (running.signal.aborted) return load(name, signal);
      throw error;
    }
  }

  function begin(name: string, signal: AbortSignal): Promise<string> {
    const text = fetchSecret(name, signal)
      .then((fetched) => {
        kept.set(name, { text: fetched, fetchedAt: now() });
        return fetched;
      })
      .finally(() => pending.delete(name));
    pending.set(name, { text, signal });
    return text;
  }

  return {
    async read(name, signal) {
      const entry = kept.get(name);
      return entry !== undefined && now() - entry.fetchedAt < keepMs ? entry.text : load(name, signal);
    },
    async refresh(name, signal) {
      const entry = kept.get(name);
      return entry !== undefined && now() - entry.fetchedAt < minRefreshMs ? entry.text : load(name, signal);
    },
  };
}

// One attempt that hangs must leave time for a second within the event's deadline.
const attemptMs = 1500;
const attempts = 2;

/**
 * Reads from AWS Secrets Manager. The client is made at the first use. Its module is imported at once: the bundler then
 * keeps the one command that is sent, where an `import()` would keep them all, and only configs that name a secret
 * lead here.
 * @throws MigrationError SECRET_UNAVAILABLE, with the service's answer as its cause.
 */
export function fetchFromSecretsManager(): FetchSecret {
  let client: SecretsManagerClient | undefined;

  return async (name, signal) => {
    client ??= openClient();
    let last: unknown;
    for (let attempt = 0; attempt < attempts; attempt++) {
      signal.throwIfAborted();
      try {
        const command = new GetSecretValueCommand({ SecretId: name });
        const { SecretString } = await client.send(command, { abortSignal: signal });
        if (SecretString !== undefined) return SecretString;
        throw new MigrationError("SECRET_INVALID", `the secret ${name} is binary, allowed is text`);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof MigrationError) throw error;
        last = error;
        if (isFinal(error)) break;
      }
    }
    const why = last instanceof Error ? last.name : "nothing";
    throw new MigrationError("SECRET_UNAVAILABLE", `the secret ${name}: Secrets Manager answered ${why}`, {
      cause: last,
    });
  };
}

const finalNames: ReadonlySet<string> = new Set([
  "AccessDeniedException",
  "DecryptionFailure",
  "InvalidParameterException",
  "InvalidRequestException",
  "ResourceNotFoundException",
]);

function isFinal(error: unknown): boolean {
  return error instanceof Error && finalNames.has(error.name);
}

function openClient(): SecretsManagerClient {
  return new SecretsManagerClient({
    ...clientSettings(),
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
