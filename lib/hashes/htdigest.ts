// HTTP digest authentication's HA1 (RFC 7616 section 3.4.2): the MD5, or SHA-256, of `user:realm:password`. As a line of
// Apache's htdigest and Trac's file, or bare in a column.

import { nodeDigests } from "../algorithms/digest.ts";
import { type DigestFormatSettings, digestFormat } from "../algorithms/digest-format.ts";
import { compileRecipe, type RecipeSettings } from "../algorithms/digest-recipe.ts";
import { digestRow } from "../algorithms/digest-row.ts";
import { damaged } from "../core/hash-bounds.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone, textParam } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import type { StoredPassword } from "../core/user.ts";

export interface HtdigestSettings
  extends Omit<RecipeSettings, "pepper" | "maxIterations">,
    Pick<DigestFormatSettings, "name"> {
  /** The realm of bare digests, where a row has none as `params.realm`. */
  readonly realm?: string;
}

const line = /^(?<username>[^:]+):(?<realm>[^:]*):(?<digest>[0-9a-f]{32}|[0-9a-f]{64})$/i;
const bare = /^(?:[0-9a-f]{32}|[0-9a-f]{64})$/i;

/** Checks lines of an htdigest file, and bare digests with the row's user name and a realm. */
export function htdigest(settings: HtdigestSettings = {}): HashFormat {
  const name = settings.name ?? "htdigest";
  const text = "$username.':'.$realm.':'.$pass";
  const recipe = { expressions: [`md5(${text})`, `sha256(${text})`], digests: nodeDigests };
  const format = digestFormat({
    family: "htdigest",
    settings,
    claimed: line,
    takesTheRest: true,
    recipe: compileRecipe(name, "realm", recipe, settings),
    read: (digest) => ({ digest, encoding: "hex" }),
  });
  return { ...format, parse: (stored) => format.parse(asRow(name, stored, settings.realm)) };
}

/** A line as the row that it stands for. */
function asRow(name: string, stored: StoredPassword, realm: string | undefined): StoredPassword {
  const { encoded, params = {} } = stored;
  const groups = line.exec(encoded)?.groups;
  if (groups?.username !== undefined && groups.realm !== undefined && groups.digest !== undefined) {
    return { encoded: groups.digest, username: groups.username, params: { realm: groups.realm } };
  }
  if (!bare.test(encoded)) throw damaged(name, "not of the form user:realm:digest, and no bare digest");
  return realm === undefined || Object.hasOwn(params, "realm") ? stored : { ...stored, params: { ...params, realm } };
}

export const htdigestFamily: HashFamily = {
  name: "htdigest",
  title: "HTTP digest authentication (HA1)",
  specified: "RFC 7616 section 3.4.2; Apache's htdigest",
  bounds: "exact digest length, 1,024 bytes of user name and of realm",
  dialects: [
    {
      id: "htdigest",
      example: "939e7578ed9e3c518a452acee763bce9",
      beside: "user name and realm",
      usedBy: "databases of Apache, Asterisk, Kamailio and others",
      couldBe: bare,
      line: 'htdigest({ realm: "…" })',
      read: (encoded, params) => ({
        format: htdigest({ realm: textParam(params, "realm") }),
        stored: digestRow(encoded, params),
      }),
    },
    {
      id: "trac-htdigest",
      example: "joe:trac:c22df6b3421d84c9dd5c754ac55fb47f",
      usedBy: "Apache's htdigest files, Trac",
      line: "htdigest()",
      read: stringAlone(htdigest),
    },
  ],
};
