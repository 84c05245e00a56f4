import { type ConnectionOptions, checkServerIdentity } from "node:tls";
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
  return {
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
    // pg puts the host in the place of a `servername` of ours, so the check itself is told the name.
    ...(servername === undefined
      ? {}
      : { servername, checkServerIdentity: (_, certificate) => checkServerIdentity(servername, certificate) }),
  };
}
