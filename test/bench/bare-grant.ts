import { askBare, form } from "./bare-http.ts";
import { readSecret } from "./bare-secret.ts";
import type { BareSource } from "./bare-source.ts";
import { openEarly } from "./open-early.ts";

interface IdentityService {
  readonly tokenUrl: string;
  /** What is asked besides the client's own id and secret, for the token that may read users and for a user's own. */
  readonly clientGrant: Readonly<Record<string, string>>;
  readonly passwordGrant: Readonly<Record<string, string>>;
  readonly usersUrl: (email: string) => string;
  /** The member that is the user's id. */
  readonly id: string;
}

/** An identity service: the user is found by its API with a token that is kept, and proved by the password grant. */
export function bareByGrant(name: string, service: IdentityService): BareSource {
  const client = openEarly(async () => JSON.parse(await readSecret()) as Record<"clientId" | "clientSecret", string>);
  const ask = async (fields: Readonly<Record<string, string>>) => {
    const { clientId, clientSecret } = await client();
    const body = new URLSearchParams({ ...fields, client_id: clientId, client_secret: clientSecret });
    return (await askBare(service.tokenUrl, form, body.toString())) as Record<string, unknown>;
  };
  let token: Promise<string> | undefined;
  return {
    name,
    async signIn(email, password) {
      token ??= ask({ grant_type: "client_credentials", ...service.clientGrant }).then((one) => `${one.access_token}`);
      const users = await askBare(service.usersUrl(email), { authorization: `Bearer ${await token}` });
      const [user, ...more] = Array.isArray(users) ? users : [];
      if (user === undefined || more.length > 0) return undefined;
      const { id_token } = await ask({ ...service.passwordGrant, username: email, password });
      const [, claims = ""] = String(id_token).split(".");
      const { sub } = JSON.parse(Buffer.from(claims, "base64url").toString());
      return sub === user[service.id] ? { id: sub, email } : undefined;
    },
  };
}
