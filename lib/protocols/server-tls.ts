import { readFile } from "node:fs/promises";
import { MigrationError } from "../core/errors.ts";
import type { SettingFault } from "../core/setting-faults.ts";

/**
 * How a server is proved. `ca` is PEM text, `caFile` a file with it (on Lambda, /var/runtime/ca-cert.pem has RDS's);
 * without either, the authorities that Node trusts. `servername` is the name in the certificate where it is not the
 * host that the connection goes to (a tunnel, an address).
 */
export type ServerTls =
  | { readonly ca?: string; readonly caFile?: string; readonly servername?: string }
  | "insecure-no-tls";

export const serverTlsFields = ["ca", "caFile", "servername"] as const;

/**
 * The authorities that are trusted, as PEM; undefined for those of Node.
 * @throws MigrationError CONFIG_INVALID when `caFile` cannot be read.
 */
export async function readAuthorities(
  name: string,
  { ca, caFile }: Exclude<ServerTls, string>,
): Promise<string | undefined> {
  if (ca !== undefined || caFile === undefined) return ca;
  try {
    return await readFile(caFile, "utf8");
  } catch (cause) {
    throw new MigrationError("CONFIG_INVALID", `${name}: tls.caFile cannot be read: ${caFile}`, { cause });
  }
}

export function tlsFaults(tls: unknown): readonly SettingFault[] {
  if (tls === undefined || tls === "insecure-no-tls") return [];
  const allowed = `allowed are { ${serverTlsFields.join(", ")} } and "insecure-no-tls"`;
  if (typeof tls !== "object" || tls === null) return [{ path: "tls", message: allowed }];
  return Object.entries(tls).flatMap(([field, value]) => {
    const path = `tls.${field}`;
    if (!serverTlsFields.some((one) => one === field)) return [{ path, message: `no such setting; ${allowed}` }];
    return value === undefined || (typeof value === "string" && value !== "")
      ? []
      : [{ path, message: "has to be a text that is not empty" }];
  });
}
