import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A PostgreSQL database on this machine that plays the legacy store: PGlite behind its socket, in a process of its own. */
export interface LegacyDatabase {
  /** As a connection secret. It takes any user and password: PGlite checks none. */
  readonly url: string;
  /** How many look-ups it has been asked since it started. */
  lookups(): Promise<number>;
  /** Whether a user's row says that the user has moved. */
  hasMoved(username: string): Promise<boolean>;
  stop(): Promise<void>;
}

export type ToChild =
  | { readonly kind: "lookups"; readonly id: number }
  | { readonly kind: "moved"; readonly id: number; readonly username: string };
export type FromChild =
  | { readonly kind: "ready"; readonly port: number }
  | { readonly kind: "answer"; readonly id: number; readonly value: number };

/** Starts it and loads a file of SQL. */
export async function startLegacyDatabase(sqlFile: string): Promise<LegacyDatabase> {
  const script = fileURLToPath(new URL("postgres-process.ts", import.meta.url));
  const child = fork(script, [sqlFile], { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
  const port = await ready(child);
  let asked = 0;
  const ask = (question: (id: number) => ToChild): Promise<number> => {
    const id = ++asked;
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error("the legacy database has ended"));
      const hear = (message: FromChild) => {
        if (message.kind !== "answer" || message.id !== id) return;
        child.off("message", hear);
        child.off("exit", gone);
        resolve(message.value);
      };
      child.on("message", hear);
      child.once("exit", gone);
      child.send(question(id));
    });
  };
  return {
    url: `postgres://samekey:samekey@127.0.0.1:${port}/postgres`,
    lookups: () => ask((id) => ({ kind: "lookups", id })),
    hasMoved: async (username) => (await ask((id) => ({ kind: "moved", id, username }))) === 1,
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
