/** Settings as a person writes them; a key becomes the secret that it should be. */
export function written(settings: object): string {
  const parts = Object.entries(settings).map(([name, value]) => `${name}: ${writtenValue(name, value)}`);
  return parts.length === 0 ? "" : `{ ${parts.join(", ")} }`;
}

const keyNames: ReadonlySet<string> = new Set(["pepper", "hmacKey", "before", "after"]);

function writtenValue(name: string, value: unknown): string {
  if (keyNames.has(name) && typeof value === "object") return 'secret("samekey/pepper")';
  return typeof value === "object" && value !== null ? written(value) : JSON.stringify(value);
}
