import { describe, expect, it } from "vitest";
import { fuzzFamilies, fuzzTargets } from "./targets.ts";

// A few hundred cases of each, drawn anew at each run; `npm run fuzz` does as many as are asked for. A failure prints its seed.
const cases = { files: 60, hashes: 60 } as const;

describe.each(Object.entries(fuzzFamilies))("%s", (family, targets) => {
  it.each(targets.map((one) => [one.name, one] as const))(
    "%s: a value or a listed code, and nothing else",
    async (_, one) => {
      const seed = Math.trunc(Math.random() * 0x7fff_ffff);
      await one.run(Object.hasOwn(cases, family) ? cases[family as keyof typeof cases] : 200, seed);
    },
  );
});

it("each target has a name of its own", () => {
  const names = fuzzTargets.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
