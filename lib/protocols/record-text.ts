// What every reader of text files holds a record to, and how it cuts what is over it.

/**
 * The most characters of one record. Users with long lists of groups and metadata take some ten thousand; a password
 * hash never more than a thousand. What is longer is a damaged file, and would be held in memory whole.
 */
export const maxRecordChars = 1024 * 1024;

/** How much of a record over the limit is kept as its `raw`. */
export const cutRawChars = 64 * 1024;

/** The first part of a record that is too long, for `raw`; never half of a surrogate pair. */
export function cutRaw(text: string, chars: number = cutRawChars): string {
  const last = text.charCodeAt(chars - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? chars - 1 : chars);
}

export function tooLong(allowed: number = maxRecordChars, kept: number = cutRawChars): string {
  return `a record of more than ${allowed} characters, of which the first ${kept} are kept`;
}

/** What is wrong with a record's characters; undefined where nothing is. */
export function characterFault(text: string): string | undefined {
  if (!text.isWellFormed()) return "bytes that are no character in the file's encoding (UTF-8, or UTF-16 by its mark)";
  return text.includes("\0") ? "a NUL character" : undefined;
}

/** How many lines end in a stretch of text: by LF, CRLF or CR alone. */
export function lineEnds(text: string, start = 0, end: number = text.length): number {
  // A search in the whole text would go on behind the stretch.
  const part = text.slice(start, end);
  let count = 0;
  for (let at = part.indexOf("\n"); at !== -1; at = part.indexOf("\n", at + 1)) count += 1;
  for (let at = part.indexOf("\r"); at !== -1; at = part.indexOf("\r", at + 1)) {
    if (part[at + 1] !== "\n") count += 1;
  }
  return count;
}
