import type { Packaged, Resource } from "./packaged.ts";

export function ofType(packaged: Packaged, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(packaged.resources).filter(([, resource]) => resource.Type === type);
}

/** The logical ids that a resource names, anywhere in it. */
export function references(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    if (key === "Ref" && typeof member === "string") return [member];
    if (key === "Fn::GetAtt" && Array.isArray(member)) return [String(member[0])];
    if (key === "DependsOn") return [member].flat().map(String);
    return references(member);
  });
}

export function reachable(packaged: Packaged, id: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const next of references(packaged.resources[id])) {
    if (seen.has(next)) continue;
    seen.add(next);
    reachable(packaged, next, seen);
  }
  return seen;
}
