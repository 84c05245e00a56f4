/** Notes a wrong setting: where it stands; what was found, what is allowed, what it is for. */
export type Report = (path: string, message: string) => void;

type Given = Partial<Record<string, unknown>>;

/** Reads settings that are one of a few words. A wrong one is reported; what is returned then is never used. */
export function choiceReader(given: Given, report: Report) {
  return <Choice extends string>(
    path: string,
    allowed: readonly [Choice, ...Choice[]],
    fallback: Choice | undefined,
    purpose: string,
  ): Choice => {
    const value = given[path];
    if (value === undefined && fallback !== undefined) return fallback;
    const chosen = allowed.find((one) => one === value);
    if (chosen !== undefined) return chosen;
    report(path, `${describe(value)}; allowed are ${allowed.map((one) => `"${one}"`).join(", ")} (${purpose})`);
    return allowed[0];
  };
}

/** Reads settings that are whole numbers within bounds. */
export function numberReader(given: Given, report: Report) {
  return (path: string, min: number, max: number, fallback: number, purpose: string): number => {
    const value = given[path];
    if (value === undefined) return fallback;
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
    report(path, `${describe(value)}; allowed are whole numbers from ${min} to ${max} (${purpose})`);
    return fallback;
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What was found, for a message. */
export function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return `found ${JSON.stringify(value)}`;
  }
  return `found ${Array.isArray(value) ? "a list" : value === null ? "null" : `a ${typeof value}`}`;
}
