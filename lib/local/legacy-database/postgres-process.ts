// The process of the legacy database: it ends when its parent does, however that ends.
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import type { FromChild, ToChild } from "./legacy-database.ts";

const parse = 0x50; // 'P', the message of PostgreSQL's protocol that begins a statement with parameters
const maxConnections = 32;

process.on("disconnect", () => process.exit());
// Ctrl-C reaches the whole group; the parent says when to end.
process.on("SIGINT", () => undefined);

const [sqlFile = ""] = process.argv.slice(2);
const [sql, port, database] = await Promise.all([readFile(sqlFile, "utf8"), freePort(), PGlite.create()]);
await database.exec(sql);

let lookups = 0;
const run = database.execProtocolRawStream.bind(database);
database.execProtocolRawStream = (message, options) => {
  if (message[0] === parse && Buffer.from(message).includes("select ")) lookups += 1;
  return run(message, options);
};

const server = new PGLiteSocketServer({ db: database, host: "127.0.0.1", port, maxConnections });
await server.start();

process.on("message", async (message: ToChild) => {
  const { id } = message;
  if (message.kind === "lookups") return tell({ kind: "answer", id, value: lookups });
  const asked = lookups;
  const { rows } = await database.query("select from users where username = $1 and moved_at is not null", [
    message.username,
  ]);
  // What is asked from here is no look-up.
  lookups = asked;
  tell({ kind: "answer", id, value: rows.length });
});
tell({ kind: "ready", port });

function tell(message: FromChild): void {
  process.send?.(message);
}

// The socket server does not tell the port that the system chose for 0.
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
