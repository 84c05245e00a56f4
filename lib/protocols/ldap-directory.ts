import { untilAborted } from "../core/deadline.ts";
import type { SecretRef } from "../core/ports.ts";
import { parseLdapAddress } from "./ldap-address.ts";
import { asLdapFault, isLost, isRefusedBind, resultCodeOf } from "./ldap-failures.ts";
import { type LdapSession, openLdapSession } from "./ldap-session.ts";
import { openLdapSocket } from "./ldap-socket.ts";
import { beginOpening, joinOrBegin, type Opening } from "./opening.ts";
import type { ServerTls } from "./server-tls.ts";

/** A directory, asked by its service account over one connection, and by users over connections of their own. */
export interface LdapDirectory {
  /**
   * Runs on the service account's session, one at a time; once more on a new one when the connection was lost.
   * @throws MigrationError SOURCE_UNAVAILABLE, SOURCE_REFUSED_CREDENTIAL; the signal's reason when it aborted.
   */
  asService<T>(work: (session: LdapSession) => Promise<T>, signal: AbortSignal): Promise<T>;
  /**
   * Binds as a user and runs on that session, which is then closed.
   * @returns "refused" with the driver's error: what its code means is the caller's to say.
   * @throws MigrationError SOURCE_UNAVAILABLE; the signal's reason when it aborted.
   */
  asUser<T>(
    dn: string,
    password: string,
    work: (session: LdapSession) => Promise<T>,
    signal: AbortSignal,
  ): Promise<UserAnswer<T>>;
  warm(): void;
  close(): Promise<void>;
}

export type UserAnswer<T> =
  | { readonly kind: "bound"; readonly value: T }
  | { readonly kind: "refused"; readonly error: unknown };

// Opening during init is not part of any event.
const warmMs = 8000;
// A connection that slept for longer may be dead without a sign; Active Directory ends one after 900 s.
const trustedMs = 30_000;
const proofMs = 700;
const closeMs = 500;

/**
 * One connection to the directory for the service account, opened at first use, and again when it was lost. A user's
 * bind goes over a second one, opened for it and then cut: a bind changes who a connection is (RFC 4513 4), and even a
 * refused one leaves it anonymous, so that the next search would find nobody and call every user unknown. Rebinding
 * saves a handshake at a user's one sign-in here, and costs a bind of the service account and that risk.
 * @param now Monotonic, milliseconds.
 */
export function openLdapDirectory(
  name: string,
  secret: SecretRef,
  tls: ServerTls,
  now: () => number = () => performance.now(),
): LdapDirectory {
  let current: Opening<LdapSession> | undefined;
  let usedAt = 0;
  let turn: Promise<unknown> = Promise.resolve();

  function begin(): Opening<LdapSession> {
    if (current !== undefined) return current;
    // Only its own: a connection that ends late must not take the next one with it.
    const release = () => {
      if (current === opening) current = undefined;
    };
    const opening = beginOpening((signal) => connectBySecret(release, signal), release);
    current = opening;
    return opening;
  }

  async function connectBySecret(onEnd: () => void, signal: AbortSignal): Promise<LdapSession> {
    // The driver is loaded while the secret is on its way.
    const [text] = await Promise.all([secret.read(signal), import("ldapts")]);
    try {
      return await connect(text, onEnd, signal);
    } catch (error) {
      if (!isRefusedBind(error)) throw error;
      // Rotated, so the text that we hold is old. The same again would be refused again, and lock the account.
      const fresh = await secret.refresh(signal);
      if (fresh === text) throw error;
      return connect(fresh, onEnd, signal);
    }
  }

  async function connect(text: string, onEnd: () => void, signal: AbortSignal): Promise<LdapSession> {
    const address = parseLdapAddress(text, secret.name, true);
    const session = await openLdapSession(name, await openLdapSocket(name, address, tls, signal), onEnd);
    try {
      if (address.account !== undefined) await session.bind(address.account.bindDn, address.account.password, signal);
    } catch (error) {
      session.destroy();
      throw error;
    }
    usedAt = now();
    return session;
  }

  async function attempt<T>(work: (session: LdapSession) => Promise<T>, signal: AbortSignal): Promise<T> {
    const mine = turn.then(async () => {
      signal.throwIfAborted();
      const { opening, opened: session } = await joinOrBegin(current, begin, isLost, signal);
      try {
        if (now() - usedAt > trustedMs) await prove(session, signal);
        const result = await work(session);
        usedAt = now();
        return result;
      } catch (error) {
        if (isLost(error)) session.destroy();
        throw error;
      } finally {
        // At once, so that the next one does not get a connection that has ended.
        if (session.isClosed() && current === opening) current = undefined;
      }
    });
    // One at a time: who gives up in the queue must not cut the search of somebody else.
    turn = mine.catch(() => undefined);
    return untilAborted(mine, signal);
  }

  return {
    async asService(work, signal) {
      try {
        signal.throwIfAborted();
        return await attempt(work, signal).catch((error: unknown) => {
          // A search changes nothing, and a mark is the same the second time, so each may be asked twice: on a new
          // connection, once, while time is left.
          if (signal.aborted || !isLost(error)) throw error;
          return attempt(work, signal);
        });
      } catch (error) {
        signal.throwIfAborted();
        throw asLdapFault(error, name);
      }
    },
    async asUser(dn, password, work, signal) {
      let session: LdapSession | undefined;
      try {
        signal.throwIfAborted();
        const [text] = await Promise.all([secret.read(signal), import("ldapts")]);
        const address = parseLdapAddress(text, secret.name, false);
        session = await openLdapSession(name, await openLdapSocket(name, address, tls, signal));
        try {
          await session.bind(dn, password, signal);
        } catch (error) {
          // Without a result code it was the connection that failed, and nobody was refused.
          if (resultCodeOf(error) === undefined) throw error;
          return { kind: "refused", error };
        }
        return { kind: "bound", value: await work(session) };
      } catch (error) {
        signal.throwIfAborted();
        throw asLdapFault(error, name);
      } finally {
        session?.destroy();
      }
    },
    warm() {
      // A failure here is met again, and told, by the first event.
      begin()
        .wait(AbortSignal.timeout(warmMs))
        .catch(() => undefined);
    },
    async close() {
      const opening = current;
      current = undefined;
      const session = await opening?.end();
      if (session === undefined) return;
      await untilAborted(session.end(), AbortSignal.timeout(closeMs)).catch(() => session.destroy());
    },
  };
}

/** Asks the root entry for a sign of life; a connection that gives none in time is lost. */
async function prove(session: LdapSession, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.timeout(proofMs);
  const { PresenceFilter } = await import("ldapts");
  const root = { base: "", scope: "base", sizeLimit: 1, timeLimitSeconds: 1, attributes: ["1.1"] } as const;
  const filter = new PresenceFilter({ attribute: "objectClass" });
  await session.search({ ...root, filter }, AbortSignal.any([signal, limit])).catch((error: unknown) => {
    signal.throwIfAborted();
    throw limit.aborted ? Object.assign(new Error("no sign of life", { cause: error }), { code: "ECONNRESET" }) : error;
  });
}
