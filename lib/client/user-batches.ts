import type { ImportUser } from "./types.ts";

/** Users that go in one request, and those whom no request could hold. */
export interface UserBatch {
  readonly users: readonly BatchedUser[];
  readonly unsendable: readonly { readonly index: number; readonly user: ImportUser; readonly reason: string }[];
}

export interface BatchedUser {
  readonly index: number;
  readonly user: ImportUser;
  readonly json: string;
}

// In the event that Lambda gets, each quote takes a character more, and the event has at most 6 MB.
const maxBatchBytes = 3_000_000;

/** Cuts users into batches, by number and by size. It holds one batch at a time. */
export async function* userBatches(
  users: AsyncIterable<ImportUser> | Iterable<ImportUser>,
  batchSize: number,
): AsyncGenerator<UserBatch> {
  let index = 0;
  let bytes = 0;
  let batch: BatchedUser[] = [];
  let unsendable: UserBatch["unsendable"][number][] = [];
  for await (const user of users) {
    const written = write(user);
    if (typeof written !== "string") {
      unsendable.push({ index, user, reason: written.reason });
    } else {
      const size = Buffer.byteLength(written) + 1;
      if (batch.length > 0 && bytes + size > maxBatchBytes) {
        yield { users: batch, unsendable };
        [batch, unsendable, bytes] = [[], [], 0];
      }
      batch.push({ index, user, json: written });
      bytes += size;
    }
    index += 1;
    if (batch.length + unsendable.length >= batchSize) {
      yield { users: batch, unsendable };
      [batch, unsendable, bytes] = [[], [], 0];
    }
  }
  if (batch.length + unsendable.length > 0) yield { users: batch, unsendable };
}

function write(user: ImportUser): string | { readonly reason: string } {
  let json: string | undefined;
  try {
    // Databases give whole numbers as bigint; ids are texts over there.
    json = JSON.stringify(user, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  } catch {
    // Its message may quote the user.
  }
  if (json === undefined) return { reason: "the user cannot be written as JSON" };
  if (Buffer.byteLength(json) > maxBatchBytes)
    return { reason: `the user has more than ${maxBatchBytes} bytes of JSON` };
  return json;
}
