import type { Deadline } from "./deadline.ts";
import { MigrationError } from "./errors.ts";
import { ownKeys } from "./gate.ts";
import type { Outcome } from "./outcome.ts";
import type { Ledger } from "./ports.ts";
import type { RequestOf } from "./request.ts";
import { onProof } from "./transitions.ts";

/** What a completion needs. */
export interface CompletionServices {
  readonly ledger: Ledger;
  readonly now: () => Date;
}

const maxRaces = 3;

/**
 * Takes the platform's word that a user is there: the row moves to `migrated`. It is found by the platform's id or by
 * the legacy id that Samekey wrote, never by an e-mail address: anyone may type that into a profile.
 */
export async function complete(
  request: RequestOf<"completed">,
  services: CompletionServices,
  deadline: Deadline,
): Promise<Outcome> {
  // A confirmed sign-up never closes a legacy row: that person is new.
  if (request.proof === "signed-up") return { kind: "allowed" };
  let row = await services.ledger.find(ownKeys(request.user), deadline.signal);
  for (let race = 0; race < maxRaces; race++) {
    if (row === undefined) return { kind: "allowed" };
    const transition = onProof(row, request.user.id, services.now());
    if (transition.kind !== "to") return { kind: "allowed" };
    const answer = await services.ledger.change({ before: row, ...transition }, deadline.signal);
    if (answer.kind === "done") return { kind: "allowed" };
    if (answer.kind !== "changed") {
      throw new MigrationError("LEDGER_DAMAGED", "the platform's id of a completed user leads to another row");
    }
    row = answer.current;
  }
  throw new MigrationError("LEDGER_UNAVAILABLE", `the row changed ${maxRaces} times while one completion was written`);
}
