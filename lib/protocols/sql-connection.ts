import { untilAborted } from "../core/deadline.ts";
import { MigrationError } from "../core/errors.ts";
import type { SecretRef } from "../core/ports.ts";
import { beginOpening, type Opening } from "./opening.ts";
import type { SqlConnection, SqlDriver } from "./sql-driver.ts";

// Opening during init is not part of any event.
const warmMs = 8000;
// A connection that slept for longer may be dead without a sign: a firewall forgot it, the database failed over.
const trustedMs = 30_000;
const proofMs = 700;
// How long a server may take to say goodbye.
const closeMs = 500;

/**
 * One connection to a database, opened at first use, and opened again when it was lost. A statement that the signal
 * aborts takes its connection with it: the socket is destroyed, so that the next statement does not read an old answer.
 * @param now Monotonic, milliseconds.
 */
export function openSqlConnection<Client>(
  secret: SecretRef,
  driver: SqlDriver<Client>,
  now: () => number = () => performance.now(),
): SqlConnection {
  let current: Opening<Client> | undefined;
  let usedAt = 0;
  let turn: Promise<unknown> = Promise.resolve();

  function begin(): Opening<Client> {
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
    current ??= begin();
    const opening = current;
    const client = await opening.wait(signal);
    // At once, so that the next statement does not get a connection that is about to end.
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

  /** One statement at a time: who gives up in the queue must not cut the statement of somebody else. */
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
    async query(sql, values, signal) {
      const once = () => attempt((client, cut) => cut(driver.run(client, sql, values)), signal);
      return (await twiceIfLost(once, () => true, signal)).rows;
    },
    change(sql, values, accept, signal) {
      let sent = false;
      const once = () =>
        attempt(async (client, cut) => {
          await cut(driver.transaction(client, "begin"));
          sent = true;
          try {
            const accepted = accept(await cut(driver.run(client, sql, values)));
            await cut(driver.transaction(client, "commit"));
            return accepted;
          } catch (error) {
            if (!signal.aborted && !driver.isLost(error)) {
              // A transaction that cannot be rolled back ends with its connection.
              await cut(driver.transaction(client, "rollback")).catch(() => driver.destroy(client));
            }
            throw error;
          }
        }, signal);
      return twiceIfLost(once, () => !sent, signal);
    },
    warm() {
      current ??= begin();
      // A failure here is met again, and told, by the first event.
      current.wait(AbortSignal.timeout(warmMs)).catch(() => undefined);
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

type Cut = <T>(asked: Promise<T>) => Promise<T>;

/** Asks for a sign of life; a connection that gives none in time is lost. */
async function prove<Client>(
  driver: SqlDriver<Client>,
  client: Client,
  drop: () => void,
  signal: AbortSignal,
): Promise<void> {
  const limit = AbortSignal.timeout(proofMs);
  const asked = driver.run(client, "select 1", []);
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
