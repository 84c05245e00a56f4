// Every reader of exported users, for the command and for the function that splits an upload. A function may not import
// the family's index.ts, since its bundle is to hold what the config names; but no config says what will be uploaded.

import { MigrationError } from "../core/errors.ts";
import type { ImportFormat } from "../core/ports.ts";
import { auth0 } from "../imports/auth0.ts";
import { clerk } from "../imports/clerk.ts";
import { cognito } from "../imports/cognito.ts";
import { csv } from "../imports/csv.ts";
import { firebase } from "../imports/firebase.ts";
import { fusionauth } from "../imports/fusionauth.ts";
import { json } from "../imports/json.ts";
import { keycloak } from "../imports/keycloak.ts";
import { ldif } from "../imports/ldif.ts";
import { ndjson } from "../imports/ndjson.ts";
import { okta } from "../imports/okta.ts";
import { supabase } from "../imports/supabase.ts";
import { xlsx } from "../imports/xlsx.ts";

/** How much of a file's beginning tells its reader. */
export const headBytes = 64 * 1024;

/** Every reader by its name, those of one vendor first: any CSV file is one for the general ones. */
export function importFormats(): readonly ImportFormat[] {
  const vendors = [auth0, clerk, cognito, firebase, fusionauth, keycloak, ldif, okta, supabase];
  return [...vendors, csv, json, ndjson, xlsx].map((make) => make());
}

/**
 * The reader of a file.
 * @param named Its name; without it the first bytes tell.
 * @throws MigrationError IMPORT_UNREADABLE where no reader claims the file, or there is none of that name.
 */
export function chooseFormat(head: Uint8Array, fileName: string, named: string | undefined): ImportFormat {
  const all = importFormats();
  const found = all.find(({ name, recognizes }) => (named === undefined ? recognizes(head, fileName) : name === named));
  if (found !== undefined) return found;
  const names = all.map(({ name }) => name).join(", ");
  throw new MigrationError(
    "IMPORT_UNREADABLE",
    named === undefined
      ? `${fileName}: no reader knows it by its first bytes; name one with --format: ${names}`
      : `--format ${named}: there are ${names}`,
  );
}

/** The first line of a CSV file, which names its columns; undefined for files of another kind. */
export function headerIn(head: Uint8Array, formatName: string): string | undefined {
  // Firebase's CSV names none.
  if (["firebase", "xlsx", "ldif"].includes(formatName)) return undefined;
  const [line = ""] = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("utf8").split(/\r?\n/, 1);
  return /^\s*[[{]/.test(line) ? undefined : line;
}
