import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A PostgreSQL database on this machine that plays the legacy store: PGlite behind its socket, in a process of its own. */
export interface LegacyDatabase {
  /** As a connection secret. It takes any user and password: PGlite checks none. */
  readonly url: string;
  /** How many look-ups it has been asked since it started. */
  lookups(): Promise<number>;
  stop(): Promise<void>;
}

export type ToChild = { readonly kind: "lookups"; readonly id: number };
export type FromChild =
  | { readonly kind: "ready"; readonly port: number }
  | { readonly kind: "lookups"; readonly id: number; readonly count: number };

/** Starts it and loads a file of SQL. */
export async function startLegacyDatabase(sqlFile: string): Promise<LegacyDatabase> {
  const script = fileURLToPath(new URL("postgres-process.ts", import.meta.url));
  const child = fork(script, [sqlFile], { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
  const port = await ready(child);
  let asked = 0;
  return {
    url: `postgres://samekey:samekey@127.0.0.1:${port}/postgres`,
    lookups() {
      const id = ++asked;
      return new Promise((resolve, reject) => {
        const gone = () => reject(new Error("the legacy database has ended"));
        const hear = (message: FromChild) => {
          if (message.kind !== "lookups" || message.id !== id) return;
          child.off("message", hear);
          child.off("exit", gone);
          resolve(message.count);
        };
        child.on("message", hear);
        child.once("exit", gone);
        child.send({ kind: "lookups", id } satisfies ToChild);
      });
    },
    stop() {
      return new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once("exit", () => resolve());
        child.kill("SIGKILL");
      });
    },
  };
}

function ready(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the legacy database ended at its start (exit code ${code})`)));
    child.on("message", (message: FromChild) => {
      if (message.kind === "ready") resolve(message.port);
    });
  });
}
