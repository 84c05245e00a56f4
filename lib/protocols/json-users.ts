import type { ImportRecord } from "../core/ports.ts";
import { parseCheckedJson } from "./checked-json.ts";
import { type ConventionalMapping, conventionalMapping } from "./conventional-users.ts";
import { type ImportMappingSettings, mappedRecord, rowByName } from "./import-mapping.ts";
import type { TextLine } from "./text-lines.ts";

/** What makes users of JSON objects: by the adopter's `user`, else by their members' usual names. */
export function jsonUserReader(settings: ImportMappingSettings, source: string): (text: TextLine) => ImportRecord {
  const { user } = settings;
  const mappingFor = rememberedMapping(settings);
  return ({ line, raw, reason }) => {
    if (reason !== undefined) return { kind: "refused", line, raw, reason };
    const parsed = parseCheckedJson(raw);
    if (parsed.kind === "fault") return { kind: "refused", line, raw, reason: parsed.reason };
    const { names, values } = parsed;
    if (user !== undefined) return mappedRecord(source, line, raw, rowByName(names, values), user);
    const mapping = mappingFor(names);
    if (typeof mapping === "string") return { kind: "refused", line, raw, reason: mapping };
    return mappedRecord(source, line, raw, values, mapping);
  };
}

/** The mapping for members of these names. Objects of a file are mostly alike, so the last one is kept. */
function rememberedMapping({ enabled }: ImportMappingSettings) {
  let last: readonly string[] | undefined;
  let mapping: ConventionalMapping | string = "";
  return (names: readonly string[]): ConventionalMapping | string => {
    if (last === undefined || !isSame(last, names)) {
      mapping = conventionalMapping(names, { enabled, idFrom: ["id"] });
      last = names;
    }
    return mapping;
  };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}
