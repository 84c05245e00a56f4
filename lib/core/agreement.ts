import type { ShadowEntry } from "./ports.ts";

/** How a shadow run's sign-in stands to what the old system decided. */
export type Agreement =
  | "agrees"
  /** Refused, though the old system let the person in. */
  | "would-refuse"
  /** Let in, though the old system refused the person. */
  | "would-admit"
  /** The application did not say what the old system decided. */
  | "untold"
  /** Something was down, and nothing was decided. */
  | "undecided";

const admissions: ReadonlySet<string> = new Set(["verified", "weak"] satisfies ShadowEntry["would"][]);

/** @param would One of ShadowEntry's words; any other one is a refusal, as a word of a later version would most likely be. */
export function agreementOf({ told, would }: { readonly told: string; readonly would: string }): Agreement {
  if (would === "fault") return "undecided";
  if (told === "untold") return "untold";
  const admitted = admissions.has(would);
  if (admitted === (told === "accepted")) return "agrees";
  return admitted ? "would-admit" : "would-refuse";
}
