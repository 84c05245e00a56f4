import type { Lookup } from "../core/ports.ts";

// Longer than every identifier of the core (256) and every id of a record (512).
const maxLength = 512;

/**
 * The text that a service is asked for, or undefined for one that nobody can be called by: empty, overlong, or with a
 * lone surrogate, which has no form in a URL or a UTF-8 body.
 */
export function askedText({ by, canonical, typed }: Lookup): string | undefined {
  const text = by === "id" ? typed : canonical;
  return text !== "" && text.length <= maxLength && text.isWellFormed() ? text : undefined;
}
