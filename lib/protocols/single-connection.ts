import { untilAborted } from "../core/deadline.ts";
import { MigrationError } from "../core/errors.ts";
import type { SecretRef } from "../core/ports.ts";
import { beginOpening, joinOrBegin, type Opening } from "./opening.ts";

/** What a database's driver does for its one connection. */
export interface ConnectionDriver<Client> {
  /** Loads the driver's module. */
  load(): Promise<unknown>;
  /** Opens a connection by the secret's text. Cut by the signal; what fails leaves nothing open. */
  connect(text: string, signal: AbortSignal): Promise<Client>;
  /** Tells the end of an open connection, whoever ended it. */
  onEnd(client: Client, listener: () => void): void;
  /** Asks the server for a sign of life. */
  prove(client: Client): Promise<unknown>;
  /** Says goodbye to the server. */
  end(client: Client): Promise<unknown>;
  /** Cuts the socket at once. */
  destroy(client: Client): void;
  /** Whether the connection, and not the question, failed: the same question may succeed on another connection. */
  isLost(error: unknown): boolean;
  isRefusedCredential(error: unknown): boolean;
  /** The fault as the core knows it, without a value in its message. */
  asFault(error: unknown): MigrationError;
}

export type Cut = <T>(asked: Promise<T>) => Promise<T>;

export interface SingleConnection<Client> {
  /**
   * Runs the work alone on the connection, and once more on a new one where the first was lost and `mayRepeat` says that
   * this changes nothing twice. What the work asks goes through `cut`.
   * @throws MigrationError SOURCE_UNAVAILABLE, SOURCE_REFUSED_CREDENTIAL; the signal's reason when it aborted.
   */
  use<T>(work: (client: Client, cut: Cut) => Promise<T>, mayRepeat: () => boolean, signal: AbortSignal): Promise<T>;
  warm(): void;
  close(): Promise<void>;
}

// Opening during init is not part of any event.
const warmMs = 8000;
// A connection that slept for longer may be dead without a sign: a firewall forgot it, the database failed over.
const trustedMs = 30_000;
const proofMs = 700;
// How long a server may take to say goodbye.
const closeMs = 500;

/**
 * One connection to a database, opened at first use, and opened again when it was lost. A question that the signal
 * aborts takes its connection with it: the socket is destroyed, so that the next one does not read an old answer.
 * @param now Monotonic, milliseconds.
 */
export function openSingleConnection<Client>(
  secret: SecretRef,
  driver: ConnectionDriver<Client>,
  now: () => number = () => performance.now(),
): SingleConnection<Client> {
  let current: Opening<Client> | undefined;
  let usedAt = 0;
  let turn: Promise<unknown> = Promise.resolve();

  function begin(): Opening<Client> {
    if (current !== undefined) return current;
    // Only its own: a connection that ends late must not take the next one with it.
    const release = () => {
      if (current === opening) current = undefined;
    };
    const opening = beginOpening(async (signal) => {
      const client = await connectBySecret(signal);
      driver.onEnd(client, release);
      usedAt = now();
      return client;
    }, release);
    current = opening;
    return opening;
  }

  async function connectBySecret(signal: AbortSignal): Promise<Client> {
    // The driver is loaded while the secret is on its way.
    const [text] = await Promise.all([secret.read(signal), driver.load()]);
    try {
      return await driver.connect(text, signal);
    } catch (error) {
      if (!driver.isRefusedCredential(error)) throw error;
      // Rotated, so the text that we hold is old. Fetched afresh once; the same again would only be refused again.
      const fresh = await secret.refresh(signal);
      if (fresh === text) throw error;
      return driver.connect(fresh, signal);
    }
  }

  /** Runs the work alone on the connection. What the work asks is cut, with the connection, by the signal. */
  async function attempt<T>(work: (client: Client, cut: Cut) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { opening, opened: client } = await joinOrBegin(current, begin, driver.isLost, signal);
    // At once, so that the next work does not get a connection that is about to end.
    const drop = () => {
      if (current === opening) current = undefined;
      driver.destroy(client);
    };
    return inTurn(signal, async () => {
      try {
        if (now() - usedAt > trustedMs) await prove(driver, client, drop, signal);
        const result = await work(client, (asked) => cutBySignal(drop, asked, signal));
        usedAt = now();
        return result;
      } catch (error) {
        if (driver.isLost(error)) drop();
        throw error;
      }
    });
  }

  /** One at a time: who gives up in the queue must not cut the work of somebody else. */
  function inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const mine = turn.then(() => {
      signal.throwIfAborted();
      return work();
    });
    turn = mine.catch(() => undefined);
    return untilAborted(mine, signal);
  }

  /** Once more on a new connection, where that changes nothing twice and while time is left. */
  async function twiceIfLost<T>(once: () => Promise<T>, mayRepeat: () => boolean, signal: AbortSignal): Promise<T> {
    try {
      return await once().catch((error: unknown) => {
        if (signal.aborted || !mayRepeat() || !driver.isLost(error)) throw error;
        return once();
      });
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof MigrationError ? error : driver.asFault(error);
    }
  }

  return {
    use: (work, mayRepeat, signal) => twiceIfLost(() => attempt(work, signal), mayRepeat, signal),
    warm() {
      // A failure here is met again, and told, by the first event.
      begin()
        .wait(AbortSignal.timeout(warmMs))
        .catch(() => undefined);
    },
    async close() {
      const opening = current;
      current = undefined;
      const client = await opening?.end();
      if (client === undefined) return;
      await untilAborted(driver.end(client), AbortSignal.timeout(closeMs)).catch(() => driver.destroy(client));
    },
  };
}

/** Asks for a sign of life; a connection that gives none in time is lost. */
async function prove<Client>(
  driver: ConnectionDriver<Client>,
  client: Client,
  drop: () => void,
  signal: AbortSignal,
): Promise<void> {
  const limit = AbortSignal.timeout(proofMs);
  const asked = driver.prove(client);
  await cutBySignal(drop, asked, AbortSignal.any([signal, limit])).catch((error: unknown) => {
    throw limit.aborted ? noSignOfLife(error) : error;
  });
}

function noSignOfLife(cause: unknown): Error {
  return Object.assign(new Error("no sign of life", { cause }), { code: "ETIMEDOUT" });
}

/** For a driver that takes no AbortSignal: when ours fires, the socket goes, and the driver's own promise with it. */
export function cutBySignal<T>(cut: () => void, work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) cut();
  signal.addEventListener("abort", cut, { once: true });
  return untilAborted(work, signal).finally(() => signal.removeEventListener("abort", cut));
}
