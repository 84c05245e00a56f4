import { MigrationError } from "../core/errors.ts";
import type { ImportRecord, LegacySource } from "../core/ports.ts";

/** What most stores hand out at once without a thought. */
const pageSize = 500;

/**
 * All users of a live source, as those of a file: for an import without one. `line` counts them, `raw` is the user's id.
 * A page is asked for when the one before is used up.
 * @throws MigrationError CONFIG_INVALID for a source that cannot list; the source's own, where a page cannot be had: what
 * follows a row that cannot be mapped is then not read, and the import is to be repeated.
 */
export async function* usersOfSource(source: LegacySource, signal: AbortSignal): AsyncGenerator<ImportRecord> {
  if (source.list === undefined) {
    throw new MigrationError(
      "CONFIG_INVALID",
      `${source.name}: the source cannot list its users; import a file of them`,
    );
  }
  let line = 0;
  let after: string | undefined;
  do {
    signal.throwIfAborted();
    const page = await source.list({ size: pageSize, ...(after === undefined ? {} : { after }) }, signal);
    for (const user of page.users) {
      line += 1;
      yield { kind: "user", line, raw: user.id, user };
    }
    if (page.next !== undefined && page.next === after) {
      throw new MigrationError("SOURCE_UNAVAILABLE", `${source.name}: the list goes on where it was, for ever`);
    }
    after = page.next;
  } while (after !== undefined);
}
