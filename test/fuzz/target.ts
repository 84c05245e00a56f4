import assert from "node:assert/strict";
import fc from "fast-check";
import { type ErrorCode, MigrationError } from "../../lib/core/errors.ts";

/** One parser of outside input. */
export interface FuzzTarget {
  readonly name: string;
  /** Runs so many cases. @throws Error of fast-check with the smallest case and the seed. @returns the slowest, ms */
  run(cases: number, seed: number): Promise<number>;
}

/** A second is a hang for a text of some kilobytes, whatever else the machine does at that moment. */
const hangMs = 5000;

export interface TargetSetting<Input> {
  readonly name: string;
  readonly input: fc.Arbitrary<Input>;
  /** The only codes with which the parser may refuse. */
  readonly codes: readonly ErrorCode[];
  /** Parses, and checks what holds of every result. */
  readonly parse: (input: Input) => unknown;
}

const pristine = new Map<object, string>(
  [Object.prototype, Array.prototype, Function.prototype, String.prototype].map((one) => [one, membersOf(one)]),
);

/** A target that gives a value or one of its codes, soon, and changes nothing that others share. */
export function target<Input>({ name, input, codes, parse }: TargetSetting<Input>): FuzzTarget {
  const allowed: ReadonlySet<string> = new Set(codes);
  return {
    name,
    async run(cases, seed) {
      let slowestMs = 0;
      const property = fc.asyncProperty(input, async (value) => {
        const startedAt = performance.now();
        try {
          // Most parsers answer at once: a case does not wait for a turn of the loop that it has no need of.
          const result = parse(value);
          if (result instanceof Promise) await result;
        } catch (error) {
          if (error instanceof assert.AssertionError || !(error instanceof MigrationError)) throw error;
          assert(allowed.has(error.code), `${error.code} is not listed: ${error.message}`);
        }
        const spentMs = performance.now() - startedAt;
        assert(spentMs < hangMs, `${Math.round(spentMs)} ms for one case`);
        slowestMs = Math.max(slowestMs, spentMs);
        for (const [one, before] of pristine) assert(membersOf(one) === before, "a prototype was changed");
      });
      await fc.assert(property, { numRuns: cases, seed });
      return slowestMs;
    },
  };
}

function membersOf(one: object): string {
  return Reflect.ownKeys(one).length.toString();
}
