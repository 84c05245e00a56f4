import { describe, expect, onTestFinished, test } from "vitest";
import type { LegacySource } from "../../lib/core/ports.ts";
import { hostileTexts, type StalledSource } from "./source.ts";

/** What the test of a source that can mark brings for the suite. */
export interface MarkFixture {
  /** A new source on the store; the suite closes it. */
  open(): LegacySource;
  /** A user whom nobody has marked. */
  readonly known: string;
  /** The marks that the store has now, by the user's id. */
  marks(): Promise<Readonly<Record<string, unknown>>> | Readonly<Record<string, unknown>>;
  /** What `marks` has of a user who was marked at that time. */
  written(at: Date): unknown;
  /** A new source whose store is down. */
  openBroken(): LegacySource;
  /** A new source whose store takes connections and never answers. */
  stall(): Promise<StalledSource> | StalledSource;
}

const first = new Date("2026-03-29T01:30:00.250Z");
const later = new Date("2026-10-25T01:30:00.500Z");

/** How every source that has `mark` has to behave. `fixture` is read when the tests run. */
export function describeMark(title: string, fixture: () => MarkFixture): void {
  describe(`${title}: marks`, () => {
    test("nobody by an id that is nobody's, or that is syntax elsewhere", async () => {
      const source = closedAfterwards(fixture().open());
      const before = await fixture().marks();
      for (const id of ["nobody-of-that-name", ...hostileTexts]) {
        expect(await mark(source, id), JSON.stringify(id.slice(0, 40))).toBe(false);
      }
      expect(await fixture().marks()).toEqual(before);
    });

    test("the user once, at the time that it is told; again changes nothing more", async () => {
      const { known, open, marks, written } = fixture();
      const source = closedAfterwards(open());
      const before = await marks();
      expect(before).not.toHaveProperty([known]);
      const after = { ...before, [known]: written(first) };
      expect(await mark(source, known, first)).toBe(true);
      expect(await marks()).toEqual(after);
      for (const at of [first, later]) expect(await mark(source, known, at)).toBe(true);
      expect(await marks()).toEqual(after);
    });

    test("nobody when its store is down, and says so by a fault", async () => {
      const source = closedAfterwards(fixture().openBroken());
      await expect(mark(source, fixture().known)).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    });

    test("nobody when the time is already over, and asks nothing", async () => {
      const { source, open } = await fixture().stall();
      closedAfterwards(source);
      const reason = new Error("over before it began");
      await expect(mark(source, fixture().known, first, AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(await open()).toBe(0);
    });

    test("until the signal cuts it, and leaves nothing open", async () => {
      const { source, open } = await fixture().stall();
      closedAfterwards(source);
      const controller = new AbortController();
      const reason = new Error("no time left");
      const marking = expect(mark(source, fixture().known, first, controller.signal)).rejects.toBe(reason);
      setTimeout(() => controller.abort(reason), 150);
      await marking;
      await expect.poll(open, { timeout: 3000, interval: 20 }).toBe(0);
    });
  });
}

function mark(source: LegacySource, id: string, at = first, signal: AbortSignal = AbortSignal.timeout(10_000)) {
  if (source.mark === undefined) expect.unreachable(`${source.name} cannot mark`);
  return source.mark(id, at, signal);
}

function closedAfterwards(source: LegacySource): LegacySource {
  onTestFinished(() => source.close?.());
  return source;
}
