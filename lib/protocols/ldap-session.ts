import type { Socket } from "node:net";
import type { Client, Filter, PagedResultsControl, SearchRequest, SearchResponse } from "ldapts";
import { untilAborted } from "../core/deadline.ts";
import { MigrationError } from "../core/errors.ts";
import { type LdapEntry, readLdapEntry } from "./ldap-entry.ts";

export interface LdapSearch {
  readonly base: string;
  readonly scope: "base" | "sub";
  readonly filter: Filter;
  readonly attributes: readonly string[];
  /** How many entries at most; the server stops there. 0 for a paged search alone. */
  readonly sizeLimit: number;
  readonly timeLimitSeconds: number;
  /** RFC 2696: the size of a page, and where the last one ended. */
  readonly page?: { readonly size: number; readonly cookie: Buffer | undefined };
}

export interface LdapFound {
  readonly entries: readonly LdapEntry[];
  /** The server had more than the size limit let it give. */
  readonly cutShort: boolean;
  /** Where the next page begins, on this session alone; undefined after the last one. */
  readonly cookie: Buffer | undefined;
}

/** One connection, and who it is bound as. What the signal cuts takes the connection with it. */
export interface LdapSession {
  /** @throws The driver's error with the result code; MigrationError PASSWORD_UNUSABLE for an empty name or password. */
  bind(dn: string, password: string, signal: AbortSignal): Promise<void>;
  search(search: LdapSearch, signal: AbortSignal): Promise<LdapFound>;
  /** Gives the attribute this one value. @throws The driver's error with the result code. */
  replace(dn: string, attribute: string, value: string, signal: AbortSignal): Promise<void>;
  isClosed(): boolean;
  /** Cuts the connection. */
  destroy(): void;
  /** Says goodbye, then cuts. */
  end(): Promise<void>;
}

const sizeLimitExceeded = 4;

/**
 * @param name Begins the messages of an entry that cannot be read.
 * @param onEnd Called once when the connection has ended.
 */
export async function openLdapSession(
  name: string,
  socket: Socket,
  onEnd: () => void = () => undefined,
): Promise<LdapSession> {
  const driver = await import("ldapts");
  let handedOver = false;
  let closed = socket.destroyed;
  socket.once("close", () => {
    closed = true;
    onEnd();
  });
  const client = new driver.Client({
    url: "ldap://handed-over",
    // The driver connects anew when it must, and would ask the next question unbound and in clear.
    createConnection: () => {
      if (handedOver) throw new Error("Socket connection not established");
      handedOver = true;
      return socket;
    },
  });
  const destroy = () => {
    closed = true;
    socket.destroy();
  };
  const cut = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    signal.addEventListener("abort", destroy, { once: true });
    return untilAborted(Promise.try(work), signal).finally(() => signal.removeEventListener("abort", destroy));
  };

  return {
    isClosed: () => closed,
    destroy,
    async bind(dn, password, signal) {
      // A name without a password, or neither, binds as nobody and succeeds: RFC 4513 5.1.1 and 5.1.2.
      if (dn === "" || password === "") {
        throw new MigrationError("PASSWORD_UNUSABLE", `${name}: a bind without a name or a password is anonymous`);
      }
      await cut(signal, () => client.bind(dn, password));
    },
    async search({ base, scope, filter, attributes, sizeLimit, timeLimitSeconds, page }, signal) {
      const control = page === undefined ? [] : [new driver.PagedResultsControl({ value: pageValue(page) })];
      const request = new driver.SearchRequest({
        messageId: inner(client)._nextMessageId(),
        baseDN: base,
        scope,
        filter,
        attributes: [...attributes],
        sizeLimit,
        timeLimit: timeLimitSeconds,
        controls: control,
      });
      const answer = await cut(signal, () => inner(client)._send(request));
      if (answer === undefined || !(answer instanceof driver.SearchResponse)) {
        throw new Error("the answer to a search was none");
      }
      if (answer.status !== 0 && answer.status !== sizeLimitExceeded) throw driver.StatusCodeParser.parse(answer);
      // Result references (RFC 4511 4.5.3) lead to other servers, and are not followed.
      return {
        entries: answer.searchEntries.map((entry) => readLdapEntry(entry, name)),
        cutShort: answer.status === sizeLimitExceeded,
        cookie: cookieOf(answer, driver.PagedResultsControl),
      };
    },
    async replace(dn, attribute, value, signal) {
      const modification = new driver.Attribute({ type: attribute, values: [value] });
      await cut(signal, () => client.modify(dn, new driver.Change({ operation: "replace", modification })));
    },
    async end() {
      await client.unbind().finally(destroy);
    },
  };
}

function pageValue({ size, cookie }: NonNullable<LdapSearch["page"]>): { size: number; cookie?: Buffer } {
  return cookie === undefined ? { size } : { size, cookie };
}

function cookieOf(answer: SearchResponse, control: typeof PagedResultsControl): Buffer | undefined {
  const found = answer.controls?.find((one) => one instanceof control);
  const cookie = found instanceof control ? found.value?.cookie : undefined;
  return cookie === undefined || cookie.length === 0 ? undefined : cookie;
}

interface Inner {
  _nextMessageId(): number;
  _send(request: SearchRequest): Promise<unknown>;
}

/**
 * The driver's search takes "size limit exceeded" for success, so that two users look like one, and ends a list at the
 * first page without entries, which RFC 2696 allows in the middle. So the request goes through its inner door.
 */
function inner(client: Client): Inner {
  return client as unknown as Inner;
}
