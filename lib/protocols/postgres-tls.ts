import type { ConnectionOptions } from "node:tls";
import { readAuthorities, type ServerTls } from "./server-tls.ts";

export { serverTlsFields as postgresTlsFields } from "./server-tls.ts";

export type PostgresTls = ServerTls;

/**
 * The options of Node's TLS; `false` for none.
 * @throws MigrationError CONFIG_INVALID when `caFile` cannot be read.
 */
export async function readPostgresTls(name: string, tls: ServerTls): Promise<ConnectionOptions | false> {
  if (tls === "insecure-no-tls") return false;
  const { servername } = tls;
  const ca = await readAuthorities(name, tls);
  const options = { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) };
  if (servername === undefined) return options;
  // pg puts the host in the place of a `servername` of ours, so the check itself is told the name.
  const { checkServerIdentity } = await import("node:tls");
  return {
    ...options,
    servername,
    checkServerIdentity: (_, certificate) => checkServerIdentity(servername, certificate),
  };
}
