import { invalidParameter } from "./fault.ts";

/** One page of a list, and the token that leads to the next. The token is the number of items before it. */
export function pageOf<T>(
  all: readonly T[],
  limit: number,
  token: string | undefined,
): { readonly page: readonly T[]; readonly next: string | undefined } {
  const place = token === undefined ? "0" : Buffer.from(token, "base64url").toString("utf8");
  if (!/^[0-9]{1,9}$/.test(place)) throw invalidParameter("Invalid pagination token.");
  const start = Number(place);
  const end = start + limit;
  const next = end < all.length ? Buffer.from(String(end)).toString("base64url") : undefined;
  return { page: all.slice(start, end), next };
}
