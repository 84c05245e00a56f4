import { MigrationError } from "../../core/errors.ts";
import type { HashFamily } from "../../core/hash-family.ts";
import { families, formats } from "./registry.ts";

/** One thing that a string could be. */
export interface Candidate {
  /** Dialect id, or the family's name where its string tells the dialect by itself. */
  readonly format: string;
  readonly family: HashFamily;
  /** `certain`: the string says so itself and is whole. `damaged`: it begins so and is not whole. `possible`: its shape fits. */
  readonly sure: "certain" | "damaged" | "possible";
  readonly reason: string;
  readonly line: string;
}

/** What a stored string could be, the surest first. */
export function identify(encoded: string): readonly Candidate[] {
  const claimed = formats
    .filter((format) => format.recognizes({ encoded }))
    .flatMap((format): readonly Candidate[] => {
      const family = families.find(({ name }) => name === format.name);
      if (family === undefined) return [];
      const fault = faultOf(() => format.parse({ encoded }));
      const line = family.dialects[0]?.line ?? `${family.name}()`;
      return [
        fault === undefined
          ? { format: family.name, family, sure: "certain", reason: "its prefix and its whole syntax", line }
          : { format: family.name, family, sure: "damaged", reason: fault, line },
      ];
    });
  const possible = families.flatMap((family) =>
    family.dialects
      .filter(({ couldBe }) => couldBe?.test(encoded) === true)
      .map(
        ({ id, beside, line, usedBy }): Candidate => ({
          format: id,
          family,
          sure: "possible",
          reason: `its length and alphabet; ${usedBy}${beside === undefined ? "" : `; needs ${beside}`}`,
          line,
        }),
      ),
  );
  return [
    ...claimed.filter(({ sure }) => sure === "certain"),
    ...claimed.filter(({ sure }) => sure !== "certain"),
    ...possible,
  ];
}

function faultOf(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof MigrationError) return `${error.code}: ${error.message}`;
    throw error;
  }
}
