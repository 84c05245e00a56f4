import { MigrationError } from "../core/errors.ts";

/** Where a MongoDB is, and who asks. */
export interface MongodbAddress {
  /** Without the credential, and with those parameters alone that are read. */
  readonly url: string;
  readonly auth: { readonly username: string; readonly password: string };
  readonly database?: string;
}

// What says where to ask and how sure an answer has to be. `tls…` and `ssl…` are not here: what protects the connection
// is a setting of the source, not of the secret. Timeouts and pools are the source's own.
const parameters: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    authSource: /^.+$/,
    // The others are another kind of credential than a name and a password, or send it in the clear (PLAIN).
    authMechanism: /^(?:SCRAM-SHA-1|SCRAM-SHA-256)$/,
    replicaSet: /^.+$/,
    readPreference: /^(?:primary|primaryPreferred|secondary|secondaryPreferred|nearest)$/,
    readPreferenceTags: /^.*$/,
    maxStalenessSeconds: /^-?[0-9]+$/,
    readConcernLevel: /^[a-z]+$/,
    directConnection: /^(?:true|false)$/,
    loadBalanced: /^(?:true|false)$/,
    w: /^[A-Za-z0-9_-]+$/,
    journal: /^(?:true|false)$/,
    srvServiceName: /^.+$/,
    srvMaxHosts: /^[0-9]+$/,
  }).map(([name, form]) => [name.toLowerCase(), form]),
);

const urlForm = /^(mongodb(?:\+srv)?:\/\/)(?:([^:@/?]*)(?::([^@/?]*))?@)?([^@/?]*)(?:\/([^?]*))?(?:\?(.*))?$/;
const hostForm = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?$/i;

/**
 * Reads a connection secret: a URL (`mongodb://user:password@host:27017/database`, `mongodb+srv://…`, several hosts by
 * commas) or the JSON that Amazon DocumentDB keeps in Secrets Manager ({username, password, host, port, ssl, …}).
 * @see https://www.mongodb.com/docs/manual/reference/connection-string/
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 * @throws MigrationError SECRET_INVALID that names what is missing or wrong, never what is there.
 */
export function parseMongodbAddress(text: string, secretName: string): MongodbAddress {
  const trimmed = text.trim();
  const found = trimmed.startsWith("{") ? fromJson(trimmed, secretName) : fromUrl(trimmed, secretName);
  const { scheme, hosts, user, password, database, query } = found;
  const wrong = Object.entries({ user, password }).flatMap(([field, value]) => (value ? [] : [field]));
  if (hosts === "" || !hosts.split(",").every((host) => hostForm.test(host))) wrong.push("host");
  const kept = [...query].flatMap(([name, value]): [string, string][] => {
    const form = parameters.get(name.toLowerCase());
    if (form === undefined) return [];
    if (!form.test(value)) wrong.push(name);
    return [[name, value]];
  });
  // A lone surrogate has no UTF-8 form, and so none in a URL.
  if (database !== undefined && !database.isWellFormed()) wrong.push("database");
  if (wrong.length > 0 || user === undefined || password === undefined) {
    throw new MigrationError(
      "SECRET_INVALID",
      `the secret ${secretName}: ${wrong.join(", ")} missing or wrong; allowed are ` +
        "mongodb://user:password@host:port/database, mongodb+srv://user:password@host/database, with SCRAM alone as " +
        "authMechanism, and DocumentDB's JSON {username, password, host, port}",
    );
  }
  // Where no `authSource` is named, the database of the URL is the one that knows the user.
  const path = found.authenticatesAtDatabase && database !== undefined ? encodeURIComponent(database) : "";
  return {
    url: `${scheme}${hosts}/${path}?${new URLSearchParams(kept)}`,
    auth: { username: user, password },
    ...(database === undefined || database === "" ? {} : { database }),
  };
}

interface Found {
  readonly scheme: string;
  readonly hosts: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly authenticatesAtDatabase: boolean;
  readonly query: URLSearchParams;
}

function fromUrl(text: string, secretName: string): Found {
  const [, scheme, user, password, hosts = "", database, query] = urlForm.exec(text) ?? [];
  if (scheme === undefined) {
    throw new MigrationError("SECRET_INVALID", `the secret ${secretName} is neither a mongodb:// URL nor JSON`);
  }
  const decode = (part: string | undefined) => (part === undefined ? undefined : decodeURIComponent(part));
  try {
    return {
      scheme,
      hosts,
      user: decode(user),
      password: decode(password),
      database: decode(database),
      authenticatesAtDatabase: true,
      query: new URLSearchParams(query),
    };
  } catch {
    // The error is not kept: the text around the sign may be the password.
    throw new MigrationError(
      "SECRET_INVALID",
      `the secret ${secretName}: a percent sign in the URL is not encoded as %25`,
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
  return {
    scheme: "mongodb://",
    hosts: `${pick("host") ?? ""}:${pick("port") ?? "27017"}`,
    user: pick("username"),
    password: pick("password"),
    database: pick("dbname"),
    // A cluster's users are known to `admin`.
    authenticatesAtDatabase: false,
    query: new URLSearchParams(),
  };
}
