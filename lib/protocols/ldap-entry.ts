import type { SearchEntry } from "ldapts";
import { MigrationError } from "../core/errors.ts";

/** One entry of a directory. Attribute names are compared without case, as LDAP does. */
export interface LdapEntry {
  readonly dn: string;
  /** The first value as text; undefined where there is none. The order of several is the server's own. */
  text(attribute: string): string | undefined;
  texts(attribute: string): readonly string[];
  bytes(attribute: string): Uint8Array | undefined;
  allBytes(attribute: string): readonly Uint8Array[];
}

/** Reads what the driver parsed. @param source Begins the messages. */
export function readLdapEntry(found: SearchEntry, source: string): LdapEntry {
  const values = new Map(found.attributes.map(({ type, parsedBuffers }) => [type.toLowerCase(), parsedBuffers]));
  const buffers = (attribute: string): readonly Uint8Array[] => values.get(attribute.toLowerCase()) ?? [];
  const texts = (attribute: string) => buffers(attribute).map((value) => decode(value, attribute, source));
  return {
    dn: found.name,
    texts,
    text: (attribute) => texts(attribute)[0],
    bytes: (attribute) => buffers(attribute)[0],
    allBytes: buffers,
  };
}

function decode(value: Uint8Array, attribute: string, source: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    throw new MigrationError(
      "RECORD_UNUSABLE",
      `${source}: the attribute ${attribute} is no UTF-8 text; read its bytes`,
    );
  }
}
