import { MigrationError } from "../core/errors.ts";

/** Where an LDAP directory is, and who asks. */
export interface LdapAddress {
  /** TLS from the first byte (`ldaps`); without it the connection is raised to TLS by StartTLS. */
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** The service account; absent where users bind as themselves and nobody else does. */
  readonly account?: LdapAccount;
}

export interface LdapAccount {
  /** A DN; Active Directory takes a user principal name or DOMAIN\name as well. */
  readonly bindDn: string;
  readonly password: string;
}

const allowed =
  'allowed is {"url": "ldaps://host:636", "bindDn": "cn=reader,dc=example,dc=org", "password": "…"}, with ldap:// for StartTLS';

/**
 * Reads a connection secret: JSON {url, bindDn, password}. What protects the connection beyond `ldaps` is a setting of
 * the source, not of the secret.
 * @param needsAccount Whether bindDn and password have to be there; otherwise they are not read.
 * @throws MigrationError SECRET_INVALID that names what is missing, never what is there.
 */
export function parseLdapAddress(text: string, secretName: string, needsAccount: boolean): LdapAddress {
  const fields = parseFields(text, secretName);
  const pick = (name: string): string | undefined => {
    const field = fields[name];
    return typeof field === "string" && field !== "" ? field : undefined;
  };
  const [url, bindDn, password] = [pick("url"), pick("bindDn"), pick("password")];
  const where = url !== undefined && URL.canParse(url) ? parseUrl(new URL(url)) : undefined;
  const missing = where === undefined ? ["url"] : [];
  if (needsAccount) {
    // The driver takes the bare names of SASL mechanisms for those; no account is called so.
    if (bindDn === undefined || !/[=@\\]/.test(bindDn)) missing.push("bindDn");
    // A simple bind without a password is anonymous and succeeds on lax servers: RFC 4513 5.1.2.
    if (password === undefined) missing.push("password");
  }
  if (where === undefined || missing.length > 0) {
    throw new MigrationError(
      "SECRET_INVALID",
      `the secret ${secretName}: ${missing.join(", ")} missing or wrong; ${allowed}`,
    );
  }
  return needsAccount && bindDn !== undefined && password !== undefined
    ? { ...where, account: { bindDn, password } }
    : where;
}

function parseUrl(url: URL): Omit<LdapAddress, "account"> | undefined {
  const secure = url.protocol === "ldaps:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if ((!secure && url.protocol !== "ldap:") || host === "" || url.username !== "" || url.password !== "")
    return undefined;
  const port = url.port === "" ? (secure ? 636 : 389) : Number(url.port);
  return port < 1 ? undefined : { secure, host, port };
}

function parseFields(text: string, secretName: string): Partial<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, and the text is the secret.
    throw new MigrationError("SECRET_INVALID", `the secret ${secretName} is no JSON; ${allowed}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new MigrationError("SECRET_INVALID", `the secret ${secretName} is no JSON object; ${allowed}`);
}
