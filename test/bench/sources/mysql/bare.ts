import { createConnection, type RowDataPacket } from "mysql2/promise";
import { bareByHash } from "../../bare-hash.ts";
import { readSecret } from "../../bare-secret.ts";
import { openEarly } from "../../open-early.ts";

interface UserRow extends RowDataPacket {
  readonly id: string;
  readonly email: string;
  readonly email_confirmed: number;
  readonly password_hash: string;
  readonly disabled: number;
}

const connection = openEarly(async (forget) => {
  const opened = await createConnection({
    uri: await readSecret(),
    connectTimeout: 1500,
    charset: "utf8mb4",
    supportBigNumbers: true,
    timezone: "Z",
  });
  opened.on("error", forget);
  return opened;
});

export const source = bareByHash("mysql", async (email) => {
  const [rows] = await (await connection()).execute<UserRow[]>(
    "select id, email, email_confirmed, password_hash, disabled from users where email = ?",
    [email],
  );
  const [row] = rows;
  if (rows.length !== 1 || row === undefined) return undefined;
  return { id: row.id, email: row.email, hash: row.password_hash, disabled: row.disabled !== 0 };
});
