import type { SecretRef } from "../core/ports.ts";
import { openSingleConnection } from "./single-connection.ts";
import type { SqlConnection, SqlDriver } from "./sql-driver.ts";

/**
 * One connection to a SQL database.
 * @param now Monotonic, milliseconds.
 */
export function openSqlConnection<Client>(
  secret: SecretRef,
  driver: SqlDriver<Client>,
  now: () => number = () => performance.now(),
): SqlConnection {
  const proven = { ...driver, prove: (client: Client) => driver.run(client, "select 1", []) };
  const connection = openSingleConnection<Client>(secret, proven, now);
  return {
    async query(sql, values, signal) {
      const run = (client: Client) => driver.run(client, sql, values);
      return (
        await connection.use(
          (client, cut) => cut(run(client)),
          () => true,
          signal,
        )
      ).rows;
    },
    change(sql, values, accept, signal) {
      let sent = false;
      return connection.use(
        async (client, cut) => {
          await cut(driver.transaction(client, "begin"));
          sent = true;
          try {
            const accepted = accept(await cut(driver.run(client, sql, values)));
            await cut(driver.transaction(client, "commit"));
            return accepted;
          } catch (error) {
            if (!signal.aborted && !driver.isLost(error)) {
              // A transaction that cannot be rolled back ends with its connection.
              await cut(driver.transaction(client, "rollback")).catch(() => driver.destroy(client));
            }
            throw error;
          }
        },
        () => !sent,
        signal,
      );
    },
    warm: () => connection.warm(),
    close: () => connection.close(),
  };
}
