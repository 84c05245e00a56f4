// Imports the users of your application: a page to copy and to change. It reads one JSON object a line (NDJSON), as a
// database's export writes them; a cursor of your database goes in the same place.
//
//   node examples/import-users.ts https://….execute-api.eu-west-1.amazonaws.com users.ndjson
//
// Credentials are those of your AWS settings; an endpoint with a name of your own wants its region behind it. It can be run again: who is there already is left alone.
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { type ClientSettings, type ImportUser, openClient } from "../lib/client/client.ts";

/** One row of your table. Change it, and what stands in `toUser`. */
interface Row {
  readonly id: number;
  readonly email: string;
  readonly email_confirmed: boolean;
  readonly password_hash: string | null;
  readonly disabled: boolean;
  readonly created_at: string;
}

function toUser(row: Row): ImportUser {
  return {
    id: row.id,
    username: row.email,
    enabled: !row.disabled,
    // Verified is what your application has verified, and nobody else.
    attributes: { email: row.email, email_verified: row.email_confirmed },
    password: row.password_hash === null ? null : { encoded: row.password_hash },
    createdAt: row.created_at,
  };
}

// With a database: `for await (const row of client.query(new Cursor("select …"))) yield toUser(row);`
async function* users(path: string): AsyncGenerator<ImportUser> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== "") yield toUser(JSON.parse(line));
  }
}

/** @returns how many were refused */
export async function run(settings: ClientSettings, path: string): Promise<number> {
  const client = openClient(settings);
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort(new Error("ended by Ctrl-C; run it again to go on")));

  // The rows of users have their hashes: the file is for you alone, and for this run.
  const refused = await open(`${path}.refused`, "w", 0o600);
  await refused.chmod(0o600);
  let counts = {};
  let count = 0;
  try {
    const results = client.importUsers(users(path), {
      signal: stop.signal,
      onProgress: (now) => {
        counts = now;
        process.stderr.write(`\r${JSON.stringify(now)}`);
      },
    });
    for await (const { index, user, result, reason } of results) {
      if (result !== "refused") continue;
      count += 1;
      await refused.write(`${JSON.stringify({ line: index + 1, reason, user })}\n`);
    }
  } finally {
    await refused.close();
    process.stderr.write("\n");
  }
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  if (count > 0) process.stdout.write(`refused: ${path}.refused has them, each with its reason\n`);
  return count;
}

if (import.meta.main) {
  const [endpoint, path, region] = process.argv.slice(2);
  if (endpoint === undefined || path === undefined) {
    process.stderr.write("usage: node examples/import-users.ts ENDPOINT FILE [REGION]\n");
    process.exit(2);
  }
  process.exitCode = (await run({ endpoint, ...(region === undefined ? {} : { region }) }, path)) > 0 ? 1 : 0;
}
