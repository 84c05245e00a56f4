import { readFile } from "node:fs/promises";
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import { MigrationError } from "../core/errors.ts";

/**
 * How the server is proved. `ca` is PEM text, `caFile` a file with it (on Lambda, /var/runtime/ca-cert.pem has RDS's);
 * without either, the authorities that Node trusts. `servername` is the name in the certificate where it is not the
 * host that the connection goes to (a tunnel, an address).
 */
export type PostgresTls =
  | { readonly ca?: string; readonly caFile?: string; readonly servername?: string }
  | "insecure-no-tls";

export const postgresTlsFields = ["ca", "caFile", "servername"] as const;

/**
 * The options of Node's TLS; `false` for none.
 * @throws MigrationError CONFIG_INVALID when `caFile` cannot be read.
 */
export async function readPostgresTls(name: string, tls: PostgresTls): Promise<ConnectionOptions | false> {
  if (tls === "insecure-no-tls") return false;
  const { caFile, servername } = tls;
  const ca = tls.ca ?? (caFile === undefined ? undefined : await readAuthorities(name, caFile));
  return {
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
    // pg puts the host in the place of a `servername` of ours, so the check itself is told the name.
    ...(servername === undefined
      ? {}
      : { servername, checkServerIdentity: (_, certificate) => checkServerIdentity(servername, certificate) }),
  };
}

async function readAuthorities(name: string, file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new MigrationError("CONFIG_INVALID", `${name}: tls.caFile cannot be read: ${file}`, { cause });
  }
}
