import pg from "pg";
import { bareByHash } from "../../bare-hash.ts";
import { readSecret } from "../../bare-secret.ts";
import { openEarly } from "../../open-early.ts";

export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly email_confirmed: boolean;
  readonly password_hash: string;
  readonly disabled: boolean;
}

const connection = openEarly(async (forget) => {
  const client = new pg.Client({
    connectionString: await readSecret(),
    connectionTimeoutMillis: 1500,
    query_timeout: 2000,
    keepAlive: true,
  });
  client.on("error", forget);
  await client.connect();
  return client;
});

export const source = bareByHash("postgres", async (email) => {
  const { rows } = await (await connection()).query<UserRow>(
    "select id, email, email_confirmed, password_hash, disabled from users where lower(email) = $1",
    [email],
  );
  const [row] = rows;
  return rows.length === 1 && row !== undefined ? { ...row, hash: row.password_hash } : undefined;
});
