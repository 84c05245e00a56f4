import { Client, type ClientOptions } from "ldapts";
import { readSecret } from "./bare-secret.ts";
import type { BareSource } from "./bare-source.ts";
import { openEarly } from "./open-early.ts";

interface Connection {
  readonly url: string;
  readonly bindDn: string;
  readonly password: string;
}

interface Directory {
  readonly base: string;
  /** What makes an entry a user; $1 stands for the e-mail address. */
  readonly filter: string;
  readonly attributes: readonly string[];
  /** The attribute that is the user's id. */
  readonly id: string;
  readonly tls?: ClientOptions["tlsOptions"];
}

/** Searches as the service account, on one connection; then binds as the user, on another one. */
export function bareDirectory(name: string, directory: Directory): BareSource {
  const { base, filter, attributes, id, tls } = directory;
  const options = { timeout: 2000, connectTimeout: 1500, ...(tls === undefined ? {} : { tlsOptions: tls }) };
  const service = openEarly(async () => {
    const { url, bindDn, password } = JSON.parse(await readSecret()) as Connection;
    const client = new Client({ url, ...options });
    await client.bind(bindDn, password);
    return { client, url };
  });
  return {
    name,
    async signIn(email, password) {
      if (password === "") return undefined;
      const { client, url } = await service();
      const { searchEntries } = await client.search(base, {
        // An address of a bench has no letter that has to be escaped.
        filter: filter.replace("$1", email),
        scope: "sub",
        sizeLimit: 2,
        timeLimit: 3,
        attributes: [...attributes],
      });
      const [entry] = searchEntries;
      if (entry === undefined || searchEntries.length > 1) return undefined;
      const user = new Client({ url, ...options });
      try {
        await user.bind(entry.dn, password);
      } finally {
        user.unbind().catch(() => undefined);
      }
      const value = entry[id];
      return { id: Buffer.isBuffer(value) ? value.toString("hex") : String(value), email };
    },
  };
}
