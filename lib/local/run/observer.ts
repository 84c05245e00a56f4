import type { InvokeRecord } from "../lambda/lambda.ts";
import type { PoolEvent } from "../user-pool/index.ts";

/** What was asked during one step, in the order in which it was first asked. */
export interface Asked {
  /** Trigger source and how often it was called. */
  readonly triggers: ReadonlyMap<string, number>;
  readonly coldStarts: number;
}

/** Watches the simulator and the Lambda runner. */
export interface Observer {
  readonly onPoolEvent: (event: PoolEvent) => void;
  readonly onInvoke: (record: InvokeRecord) => void;
  /** What was seen since the last call. */
  take(): Asked;
}

export function openObserver(): Observer {
  let triggers = new Map<string, number>();
  let coldStarts = 0;
  return {
    onPoolEvent(event) {
      if (event.kind === "trigger-called") triggers.set(event.source, (triggers.get(event.source) ?? 0) + 1);
    },
    onInvoke(record) {
      if (record.coldStart) coldStarts += 1;
    },
    take() {
      const asked = { triggers, coldStarts };
      triggers = new Map();
      coldStarts = 0;
      return asked;
    },
  };
}
