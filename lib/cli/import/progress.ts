import type { Tally } from "../../core/import-tally.ts";
import type { ImportProgress } from "../../protocols/user-pool-import.ts";
import { dim } from "../paint.ts";

/** A line that is written over and over on a terminal, a plain one now and then elsewhere, JSON for machines. */
export interface Progress {
  /** @param share Of the file, 0 to 1; undefined where nobody knows how much there is. */
  tell(share: number | undefined, tally: () => Tally): void;
  /** What a job of the pool's own import counts. */
  tellJob(algorithm: string, progress: ImportProgress): void;
  end(): void;
}

export interface ProgressSetting {
  readonly out: NodeJS.WriteStream;
  readonly json: boolean;
  /** Records that an earlier run had settled: no rate of this one. */
  readonly before: number;
  /** Monotonic, milliseconds. */
  readonly now?: () => number;
}

const often = 200;
const seldom = 10_000;
const width = 24;

export function openProgress({ out, json, before, now = () => performance.now() }: ProgressSetting): Progress {
  const terminal = out.isTTY === true && !json;
  const startedAt = now();
  let toldAt = terminal ? Number.NEGATIVE_INFINITY : startedAt;
  let toldJob = "";
  let open = false;
  let firstShare: number | undefined;
  return {
    tell(share, tally) {
      firstShare ??= share;
      if (now() - toldAt < (terminal ? often : seldom)) return;
      toldAt = now();
      const { read, create, update, same, kept, refused, pending } = tally();
      const seconds = Math.max((now() - startedAt) / 1000, 0.001);
      const perSecond = Math.round((read - before) / seconds);
      const left = secondsLeft(seconds, share, firstShare);
      if (json) {
        const counts = { read, create, update, same, kept, refused, pending };
        out.write(`${JSON.stringify({ progress: { share, ...counts, perSecond, secondsLeft: left } })}\n`);
        return;
      }
      const counts = [
        [create, "created"],
        [update, "changed"],
        [same + kept, "there"],
        [pending, "pending"],
        [refused, "refused"],
      ] as const;
      const told = counts
        .filter(([count]) => count > 0)
        .map(([count, word]) => `${count.toLocaleString("en-US")} ${word}`);
      const parts = [
        ...(share === undefined ? [] : [`${Math.floor(share * 100)} %`]),
        ...told,
        `${perSecond} a second`,
        ...(left === undefined ? [] : [`${clock(left)} left`]),
      ];
      const filled = Math.round((share ?? 0) * width);
      const bar = share === undefined ? "" : `${"━".repeat(filled)}${dim("━".repeat(width - filled))}  `;
      out.write(terminal ? `\r\u001b[K${bar}${parts.join(" · ")}` : `${parts.join(", ")}\n`);
      open = terminal;
    },
    tellJob(algorithm, job) {
      if (job.status === toldJob && now() - toldAt < (terminal ? often : seldom)) return;
      toldAt = now();
      toldJob = job.status;
      if (json) {
        out.write(`${JSON.stringify({ job: { algorithm, ...job } })}\n`);
        return;
      }
      const { status, imported, skipped, failed } = job;
      const parts = [`${imported} imported`, `${skipped} skipped`, `${failed} failed`];
      const text = `job ${algorithm}: ${status}, ${parts.join(", ")}`;
      out.write(terminal ? `\r\u001b[K${text}` : `${text}\n`);
      open = terminal;
    },
    end() {
      if (open) out.write("\r\u001b[K");
    },
  };
}

function secondsLeft(seconds: number, share: number | undefined, from = 0): number | undefined {
  if (share === undefined || share <= from || share >= 1) return undefined;
  return Math.round((seconds * (1 - share)) / (share - from));
}

export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
