import { spawn } from "node:child_process";

/**
 * Kills what is left of the environments when this process dies, however it dies. An environment leaves by itself when
 * its stdin closes, but not while its function blocks the event loop; this is for that case.
 */
export interface OrphanGuard {
  watch(pid: number): void;
  forget(pid: number): void;
  stop(): void;
}

/** Reads `+ PID` and `- PID`; at the end of its input, which is the end of its parent, it kills the groups that are left. */
const script = `
trap '' INT TERM HUP
pids=""
while read -r sign pid; do
  if [ "$sign" = + ]; then pids="$pids $pid"; continue; fi
  left=""
  for one in $pids; do [ "$one" = "$pid" ] || left="$left $one"; done
  pids=$left
done
for one in $pids; do kill -s KILL -- "-$one" 2>/dev/null; done
`;

export function openOrphanGuard(): OrphanGuard {
  // Windows has no sh: there the environments' own stdin is all that ends them.
  if (process.platform === "win32") return { watch: () => undefined, forget: () => undefined, stop: () => undefined };
  const shell = spawn("/bin/sh", ["-c", script], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  let working = true;
  const lost = () => {
    working = false;
  };
  shell.on("error", lost);
  shell.on("exit", lost);
  shell.stdin.on("error", lost);
  shell.unref();
  const tell = (line: string) => {
    if (working) shell.stdin.write(`${line}\n`);
  };
  return {
    watch: (pid) => tell(`+ ${pid}`),
    forget: (pid) => tell(`- ${pid}`),
    stop: () => {
      working = false;
      shell.stdin.end();
    },
  };
}
