import { defaultThrottle } from "../core/throttle.ts";
import { describe, isObject, numberReader, type Report } from "./setting-readers.ts";

/** Each number's least and most, and what it is. */
export const attemptBounds = {
  freeFailures: [0, 20, "failures that delay nothing"],
  firstDelaySeconds: [1, 60, "the first delay, which doubles"],
  maxDelaySeconds: [1, 3600, "the longest delay; an hour is the longest that NIST SP 800-63B names"],
  maxFailures: [1, 100, "failures that are remembered; NIST SP 800-63B allows 100"],
  forgetSeconds: [60, 86_400, "the time in which one failure is forgotten"],
} as const;
export const circuitBounds = {
  failuresPerMinute: [10, 100_000, "failures of all that are taken for an attack"],
  clientFailuresPerMinute: [10, 100_000, "the same of one app client"],
  openSeconds: [10, 3600, "how long the legacy stores are asked for known users alone"],
} as const;

/** Checks `throttle`. */
export function checkThrottle(value: unknown, fault: Report): void {
  if (!isGroup("throttle", value, [...Object.keys(attemptBounds), "circuit"], fault)) return;
  checkNumbers("throttle", value, attemptBounds, defaultThrottle, fault);
  const { freeFailures, maxFailures, firstDelaySeconds, maxDelaySeconds } = { ...defaultThrottle, ...value };
  if (Number(freeFailures) > Number(maxFailures)) {
    fault("throttle.freeFailures", `${describe(freeFailures)}; more than maxFailures (${maxFailures})`);
  }
  if (Number(firstDelaySeconds) > Number(maxDelaySeconds)) {
    fault(
      "throttle.firstDelaySeconds",
      `${describe(firstDelaySeconds)}; more than maxDelaySeconds (${maxDelaySeconds})`,
    );
  }
  if (!isGroup("throttle.circuit", value.circuit, Object.keys(circuitBounds), fault)) return;
  checkNumbers("throttle.circuit", value.circuit, circuitBounds, defaultThrottle.circuit, fault);
}

/** Whether there are settings to check; anything but settings or the word "off" is reported. */
function isGroup(
  path: string,
  value: unknown,
  names: readonly string[],
  fault: Report,
): value is Readonly<Record<string, unknown>> {
  if (value === undefined || value === "off") return false;
  if (!isObject(value)) {
    fault(path, `${describe(value)}; allowed are "off" and { ${names.join(", ")} }`);
    return false;
  }
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) fault(`${path}.${name}`, `no such setting; there are ${names.join(", ")}`);
  }
  return true;
}

function checkNumbers(
  path: string,
  value: Readonly<Record<string, unknown>>,
  bounds: Readonly<Record<string, readonly [min: number, max: number, purpose: string]>>,
  defaults: object,
  fault: Report,
): void {
  const number = numberReader(value, (name, message) => fault(`${path}.${name}`, message));
  const fallbacks = new Map<string, unknown>(Object.entries(defaults));
  for (const [name, [min, max, purpose]] of Object.entries(bounds)) {
    number(name, min, max, Number(fallbacks.get(name)), purpose);
  }
}
