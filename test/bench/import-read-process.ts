// One reader over one file, or several in turns, in a process of its own: import-read.ts forks it.

import { argv } from "node:process";
import { type ReaderName, readers } from "./import-readers.ts";

export interface ReadSample {
  readonly reader: ReaderName;
  readonly rows: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

export interface ReadReport {
  readonly samples: readonly ReadSample[];
  readonly peakMb: number;
}

const [rounds = "1", ...pairs] = argv.slice(2);
const samples: ReadSample[] = [];
for (let round = 0; round < Number(rounds); round += 1) {
  for (const pair of pairs) {
    const [name, file = ""] = pair.split("=");
    const reader = (Object.keys(readers) as ReaderName[]).find((one) => one === name);
    if (reader === undefined) throw new Error(`no reader ${name}`);
    const cpu = process.cpuUsage();
    const start = performance.now();
    const rows = await readers[reader](file);
    const { user, system } = process.cpuUsage(cpu);
    samples.push({ reader, rows, wallMs: performance.now() - start, cpuMs: (user + system) / 1000 });
  }
}
process.send?.({ samples, peakMb: process.resourceUsage().maxRSS / 1024 } satisfies ReadReport);
