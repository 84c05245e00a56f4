import { askBare, json } from "../../bare-http.ts";
import { readSecret } from "../../bare-secret.ts";
import type { BareSource } from "../../bare-source.ts";
import { openEarly } from "../../open-early.ts";

const url = `${process.env.BENCH_URL ?? ""}/v1`;
const key = openEarly(readSecret);

async function ask(method: string, message: object): Promise<Readonly<Record<string, unknown>>> {
  const headers = { ...json, "x-goog-api-key": await key() };
  return (await askBare(`${url}/accounts:${method}`, headers, JSON.stringify(message))) as Record<string, unknown>;
}

// Without a service account the password finds the user, and the user's own token reads the account.
export const source: BareSource = {
  name: "firebase",
  async signIn(email, password) {
    const { localId, idToken } = await ask("signInWithPassword", { email, password, returnSecureToken: true });
    const { users } = await ask("lookup", { idToken });
    const [user] = Array.isArray(users) ? users : [];
    return user?.localId === localId && user.disabled !== true ? { id: String(localId), email } : undefined;
  },
};
