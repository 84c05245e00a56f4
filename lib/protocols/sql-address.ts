import { MigrationError } from "../core/errors.ts";

/** Where a SQL database is, and who asks. */
export interface SqlAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface SqlAddressForm {
  /** What the URL may begin with, the usual one first: `postgres`. */
  readonly schemes: readonly [string, ...string[]];
  /** Where the address names none. */
  readonly port: number;
}

/**
 * Reads a connection secret: a URL (`postgres://user:password@host:5432/database`) or the JSON that Amazon RDS keeps in
 * Secrets Manager ({username, password, host, port, dbname}). Parameters of the URL, `sslmode` above all, are not
 * read: what protects the connection is a setting of the source, not of the secret.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 * @throws MigrationError SECRET_INVALID that names what is missing, never what is there.
 */
export function parseSqlAddress(text: string, secretName: string, form: SqlAddressForm): SqlAddress {
  const trimmed = text.trim();
  const found = trimmed.startsWith("{") ? fromJson(trimmed, secretName) : fromUrl(trimmed, secretName, form);
  const { host, user, password, database, port = String(form.port) } = found;
  const missing = Object.entries({ host, user, password, database }).filter(
    ([, value]) => value === undefined || value === "",
  );
  const number = /^[0-9]{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65_535) missing.push(["port", port]);
  if (
    missing.length > 0 ||
    host === undefined ||
    user === undefined ||
    password === undefined ||
    database === undefined
  ) {
    throw new MigrationError(
      "SECRET_INVALID",
      `the secret ${secretName}: ${missing.map(([field]) => field).join(", ")} missing or wrong; allowed are ` +
        `${form.schemes[0]}://user:password@host:port/database and RDS's JSON {username, password, host, port, dbname}`,
    );
  }
  return { host, port: number, user, password, database };
}

type Found = Partial<Record<"host" | "port" | "user" | "password" | "database", string>>;

function fromUrl(text: string, secretName: string, { schemes }: SqlAddressForm): Found {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !schemes.some((scheme) => url.protocol === `${scheme}:`)) {
    throw new MigrationError("SECRET_INVALID", `the secret ${secretName} is neither a ${schemes[0]}:// URL nor JSON`);
  }
  try {
    return {
      host: url.hostname.replace(/^\[|\]$/g, ""),
      ...(url.port === "" ? {} : { port: url.port }),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)),
    };
  } catch (cause) {
    throw new MigrationError(
      "SECRET_INVALID",
      `the secret ${secretName}: a percent sign in the URL is not encoded as %25`,
      { cause },
    );
  }
}

function fromJson(text: string, secretName: string): Found {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, and the text is the secret.
    throw new MigrationError("SECRET_INVALID", `the secret ${secretName} begins like JSON and is none`);
  }
  const fields = value as Partial<Record<string, unknown>>;
  const pick = (name: string): string | undefined => {
    const field = fields[name];
    return typeof field === "string" || typeof field === "number" ? String(field) : undefined;
  };
  const picked = {
    host: pick("host"),
    port: pick("port"),
    user: pick("username"),
    password: pick("password"),
    database: pick("dbname"),
  };
  return Object.fromEntries(Object.entries(picked).filter(([, field]) => field !== undefined));
}
