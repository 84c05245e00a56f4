import { dim } from "../paint.ts";

/** A line that is written over and over on a terminal, and a plain one now and then elsewhere. */
export interface Progress {
  /** @param share Of the file, 0 to 1. */
  tell(share: number, done: number): void;
  end(): void;
}

const often = 200;
const seldom = 30_000;
const width = 24;

/** @param now Monotonic, milliseconds. */
export function openProgress(out: NodeJS.WriteStream, now: () => number = () => performance.now()): Progress {
  const terminal = out.isTTY === true;
  const startedAt = now();
  let toldAt = Number.NEGATIVE_INFINITY;
  let open = false;
  return {
    tell(share, done) {
      if (now() - toldAt < (terminal ? often : seldom)) return;
      toldAt = now();
      const seconds = (now() - startedAt) / 1000;
      const rate = done / Math.max(seconds, 0.001);
      const left = share > 0 && share < 1 ? (seconds * (1 - share)) / share : 0;
      const text = `${Math.floor(share * 100)} %  ${done.toLocaleString("en-US")} users, ${Math.round(rate)} a second, ${clock(left)} left`;
      const bar = `${"━".repeat(Math.round(share * width))}${dim("━".repeat(width - Math.round(share * width)))}`;
      out.write(terminal ? `\r\u001b[K${bar}  ${text}` : `${text}\n`);
      open = terminal;
    },
    end() {
      if (open) out.write("\r\u001b[K");
    },
  };
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
