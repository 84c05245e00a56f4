import { readAwsSettings } from "../env.ts";

/**
 * What all clients of AWS have in common. Each value is one that the SDK would else look for in `~/.aws` at every cold
 * start: a Lambda function has no such files, and its environment says it all.
 */
export function clientSettings() {
  // Attempts are the caller's business, who knows the deadline: neither mode has anything to decide.
  const modes = { retryMode: "standard", defaultsMode: "standard" } as const;
  const inFunction = readAwsSettings();
  return inFunction === undefined ? modes : { ...modes, ...inFunction, authSchemePreference: [] };
}
