import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { environmentVariables, type FunctionDefinition, heapFlags } from "./function-definition.ts";
import type { OrphanGuard } from "./orphan-guard.ts";

/** The process of one environment. It ends when this process does. */
export interface EnvironmentProcess {
  /** Undefined where it could not be started. */
  readonly pid: number | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when it has ended and all it wrote has been read: its exit code, or the signal. */
  readonly ended: Promise<number | string>;
  /** SIGTERM, and SIGKILL when that has not helped after a second. */
  stop(): void;
  kill(): void;
}

const bootstrap = fileURLToPath(new URL("bootstrap.js", import.meta.url));

/** How long a function has for its SIGTERM handlers, milliseconds. */
const graceMs = 1000;
/** How long the output of an ended process may stay open, because a process of its own still holds it, milliseconds. */
const outputMs = 500;

export function startProcess(
  name: string,
  definition: FunctionDefinition,
  region: string,
  runtimeApi: string,
  guard: OrphanGuard,
): EnvironmentProcess {
  const child = spawn(
    process.execPath,
    [...heapFlags(definition.memoryMb), bootstrap, definition.file, definition.handler ?? "handler"],
    {
      env: { ...environmentVariables(name, definition, region, runtimeApi) },
      stdio: ["pipe", "pipe", "pipe"],
      // A process group of its own: Ctrl-C reaches the runner alone, and a kill reaches what the function started.
      detached: process.platform !== "win32",
    },
  );
  const { pid } = child;
  if (pid !== undefined) guard.watch(pid);
  // Nothing is written to it; an end that the other side closed first is no fault.
  child.stdin.on("error", () => undefined);
  return {
    pid,
    stdout: child.stdout,
    stderr: child.stderr,
    ended: endOf(child).finally(() => {
      if (pid !== undefined) guard.forget(pid);
    }),
    stop: () => {
      child.kill("SIGTERM");
      const timer = setTimeout(() => killGroup(child), graceMs);
      child.once("exit", () => clearTimeout(timer));
    },
    kill: () => killGroup(child),
  };
}

function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => {
      const reason = code ?? (signal === "SIGKILL" ? "killed" : (signal ?? "unknown"));
      const timer = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, outputMs);
      child.once("close", () => {
        clearTimeout(timer);
        resolve(reason);
      });
    });
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === "win32") {
    child.kill("SIGKILL");
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // It ended a moment ago: ESRCH on Linux, EPERM on macOS.
    if (!(error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM"))) throw error;
  }
}
