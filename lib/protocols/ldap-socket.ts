import { connect, isIP, type Socket } from "node:net";
import { type ConnectionOptions, checkServerIdentity, connect as connectTls } from "node:tls";
import { untilAborted } from "../core/deadline.ts";
import { MigrationError } from "../core/errors.ts";
import type { LdapAddress } from "./ldap-address.ts";
import { resultCodeOf } from "./ldap-failures.ts";
import { readAuthorities, type ServerTls } from "./server-tls.ts";

// A host that swallows packets must leave time for the rest of the event.
const connectMs = 1500;
/** RFC 4511 4.14: the name of the StartTLS operation. */
const startTlsOid = "1.3.6.1.4.1.1466.20037";

/**
 * A socket to the directory, proved by TLS unless that is turned off by its name: `ldaps` from the first byte, `ldap`
 * by StartTLS. A server that refuses StartTLS is not spoken to in clear.
 * @throws MigrationError CONFIG_INVALID for `ldaps` together with "insecure-no-tls"; errors of node:net and node:tls.
 */
export async function openLdapSocket(
  name: string,
  address: LdapAddress,
  tls: ServerTls,
  signal: AbortSignal,
): Promise<Socket> {
  const { host, port, secure } = address;
  const options = tls === "insecure-no-tls" ? undefined : await tlsOptions(name, host, tls);
  if (secure && options === undefined) {
    throw new MigrationError("CONFIG_INVALID", `${name}: the URL says ldaps and \`tls\` says "insecure-no-tls"`);
  }
  const limit = AbortSignal.any([signal, AbortSignal.timeout(connectMs)]);
  try {
    if (secure && options !== undefined) return await opened(connectTls({ port, ...options }), "secureConnect", limit);
    const plain = await opened(connect({ host, port }), "connect", limit);
    if (options === undefined) return plain;
    await startTls(name, plain, limit);
    return await opened(connectTls({ socket: plain, ...options }), "secureConnect", limit, plain);
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) throw Object.assign(new Error("no connection in time", { cause: error }), { code: "ETIMEDOUT" });
    throw error;
  }
}

async function tlsOptions(name: string, host: string, tls: Exclude<ServerTls, string>): Promise<ConnectionOptions> {
  const ca = await readAuthorities(name, tls);
  const proved = tls.servername ?? host;
  return {
    host,
    rejectUnauthorized: true,
    checkServerIdentity: (_, certificate) => checkServerIdentity(proved, certificate),
    // An address is no server name in TLS (RFC 6066 3); it is compared with the certificate all the same.
    ...(isIP(proved) === 0 ? { servername: proved } : {}),
    ...(ca === undefined ? {} : { ca }),
  };
}

/**
 * Asks by a client of its own that is then forgotten, and with it what came in clear behind the answer: the driver's
 * startTLS keeps such bytes, and somebody on the way could put the beginning of a false "success" there.
 */
async function startTls(name: string, plain: Socket, signal: AbortSignal): Promise<void> {
  const { Client } = await import("ldapts");
  const cut = () => plain.destroy();
  signal.addEventListener("abort", cut, { once: true });
  try {
    const asking = new Client({ url: "ldap://handed-over", createConnection: () => plain });
    await untilAborted(asking.exop(startTlsOid), signal);
    plain.removeAllListeners("data");
  } catch (error) {
    plain.destroy();
    if (resultCodeOf(error) === undefined) throw error;
    const message = `${name}: the server offers no StartTLS, and TLS is asked for (result code ${resultCodeOf(error)})`;
    throw new MigrationError("SOURCE_UNAVAILABLE", message, { cause: error });
  } finally {
    signal.removeEventListener("abort", cut);
  }
}

function opened(
  socket: Socket,
  event: "connect" | "secureConnect",
  signal: AbortSignal,
  below: Socket = socket,
): Promise<Socket> {
  const done = new Promise<Socket>((resolve, reject) => {
    socket.once(event, () => resolve(socket));
    socket.once("error", reject);
    socket.once("close", () => reject(Object.assign(new Error("closed while opening"), { code: "ECONNRESET" })));
  });
  return untilAborted(done, signal).then(
    () => {
      socket.setKeepAlive(true, 10_000);
      return socket;
    },
    (error: unknown) => {
      // What it says from now on is of no interest to anybody.
      socket.on("error", () => undefined).destroy();
      below.destroy();
      throw error;
    },
  );
}
