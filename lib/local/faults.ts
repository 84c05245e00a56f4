/**
 * What a stand-in can be told to do wrong with one request.
 * - throttle, conflict, error500: the service's own error, nothing is done. `at` is the action of a transaction that it hits.
 * - error: any other error of the service, nothing is done.
 * - hang: no answer, nothing is done. stall: done, but no answer.
 * - lose-answer: done, then the connection is cut. html: nothing is done, HTTP 200 with a page that no service sent.
 */
export type Fault = RefusalFault | TransportFault | ErrorFault;

/** What each service words in its own way. */
export interface RefusalFault {
  readonly kind: "throttle" | "conflict" | "error500";
  readonly at?: number;
}

export interface TransportFault {
  readonly kind: "hang" | "stall" | "lose-answer" | "html";
}

export interface ErrorFault {
  readonly kind: "error";
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

/** Asked once per request; the answer is what goes wrong with it. */
export interface FaultSource {
  next(operation: string): Fault | undefined;
}

/** Faults that a test plans: queued ones first, each for one request, then the standing one. */
export interface FaultPlan extends FaultSource {
  queue(operation: string, ...faults: readonly Fault[]): void;
  /** Every request of the operation, until cleared. */
  always(operation: string, fault: Fault): void;
  clear(): void;
}

export function openFaultPlan(): FaultPlan {
  const queued = new Map<string, Fault[]>();
  const standing = new Map<string, Fault>();
  return {
    next: (operation) => queued.get(operation)?.shift() ?? standing.get(operation),
    queue: (operation, ...faults) => {
      queued.set(operation, [...(queued.get(operation) ?? []), ...faults]);
    },
    always: (operation, fault) => {
      standing.set(operation, fault);
    },
    clear: () => {
      queued.clear();
      standing.clear();
    },
  };
}
